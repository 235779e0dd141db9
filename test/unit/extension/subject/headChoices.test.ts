import { expect, test } from 'vitest';
import type { ChosenHeads } from '../../../../src/common/attention/chosenHeads';
import { HeadChoices } from '../../../../src/extension/subject/headChoices';

const head = (layer: number, index: number) => [{ layer, head: index }];

function watched() {
  const choices = new HeadChoices();
  const heard: [modelId: string, chosen: ChosenHeads, by: string][] = [];
  const listening = choices.onDidChange((...change) => heard.push(change));
  return { choices, heard, listening };
}

test('a choice is of one model, and all hear of it', () => {
  const { choices, heard } = watched();
  choices.choose('bert', head(1, 3), 'panel');
  expect(choices.of('bert')).toEqual(head(1, 3));
  expect(choices.of('gpt2')).toBeUndefined();
  expect(heard).toEqual([['bert', head(1, 3), 'panel']]);
});

test('what is chosen already is told to nobody', () => {
  const { choices, heard } = watched();
  choices.choose('bert', head(1, 3), 'caret');
  choices.choose('bert', head(1, 3), 'panel');
  choices.choose('gpt2', undefined, 'panel');
  expect(heard).toHaveLength(1);
});

test('no choice yet differs from the most telling head that was chosen again', () => {
  const { choices, heard } = watched();
  expect(choices.known('bert')).toBeUndefined();
  choices.choose('bert', head(0, 0), 'panel');
  choices.choose('bert', undefined, 'panel');
  expect(choices.known('bert')).toEqual({ chosen: undefined });
  expect(heard.at(-1)).toEqual(['bert', undefined, 'panel']);
});

test('who has ended to listen hears nothing more', () => {
  const { choices, heard, listening } = watched();
  listening.dispose();
  choices.choose('bert', [], 'caret');
  expect(heard).toEqual([]);
});
