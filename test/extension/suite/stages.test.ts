import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { stageIds, type StageId } from '../../../src/common/content/lesson';
import type { StageDescription } from '../../../src/common/protocol/pages/stage';
import type { TestApi } from '../../../src/extension/extension';
import { closeTexts, command, openText, putCaret, select, testApi, tidy, until } from './inVsCode';

const sentence = 'My sister lives in Paris.';

describe('The stages', function () {
  this.timeout(120_000);
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  afterEach(tidy);

  /** The page's account of itself once it shows a stage, its text painted and its diagram drawn. */
  const shown = (stage: StageId): Promise<StageDescription> =>
    until(
      async () => {
        const page = await api.panels.stage.ask(remote => remote.describe({}));
        const isMade = page?.stage === stage && page.hasDiagram && page.parts.length > 0;
        return isMade && page;
      },
      `the stage "${stage}"`,
      60_000,
    );

  for (const stage of stageIds) {
    it(`opens "${stage}" on what is selected, and its live parts run or say what is missing`, async () => {
      const editor = await openText(`A lead-in. ${sentence} The rest.`);
      select(editor, sentence);
      await command('openStage', stage);
      const page = await shown(stage);
      assert.equal(page.sentence, sentence);
      assert.equal(page.error, undefined);
      assert.ok(page.parts.length > 0);
      assert.ok(page.parts.every(({ state, words }) => state !== 'error' && words !== ''));
    });
  }

  it('run on the words of the person: alignment has a weight for each of them', async () => {
    const editor = await openText(sentence);
    select(editor, sentence);
    await command('openStage', 'attention');
    await shown('attention');
    await api.panels.stage.ask(remote => remote.open({ stage: 'attention', part: 'alignment' }));
    const page = await until(
      async () => {
        const now = await api.panels.stage.ask(remote => remote.describe({}));
        return now?.parts.find(({ id }) => id === 'alignment')?.state === 'ready' && now;
      },
      'the alignment',
      60_000,
    );
    assert.match(page.parts[0]?.words ?? '', /^Writing “.+”, the model gave .+ to “.+”\.$/u);
    assert.ok(page.values['alignment.score']);
  });

  it('judge the words of the person, and say which of them moved the verdict', async () => {
    const editor = await openText(sentence);
    select(editor, sentence);
    await command('openStage', 'transfer');
    await shown('transfer');
    await api.panels.stage.ask(remote => remote.open({ stage: 'transfer', part: 'verdict' }));
    const page = await until(
      async () => {
        const now = await api.panels.stage.ask(remote => remote.describe({}));
        return now?.parts.find(({ id }) => id === 'verdict')?.state === 'ready' && now;
      },
      'the verdict',
      60_000,
    );
    const words = page.parts.find(({ id }) => id === 'verdict')?.words ?? '';
    assert.match(words, /^[\d.]+\s%\sliked\. Without “.+” it would be/u);
  });

  it('go from one to the next in the same panel, and keep the sentence', async () => {
    const editor = await openText(sentence);
    select(editor, sentence);
    await command('openStage', 'bert');
    await shown('bert');
    const panel = api.panels.stage.current;
    putCaret(editor, 'sister');
    await command('openStage', 'gpt');
    assert.equal((await shown('gpt')).sentence, sentence);
    assert.equal(api.panels.stage.current, panel);
  });

  /** Opens a stage as from the palette: the first one that is offered. */
  const openFromPalette = async () => {
    let isOpened = false;
    const opened = command('openStage').then(() => (isOpened = true));
    // Nothing tells that the list is there; before it is, the command does nothing.
    await until(async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return isOpened;
    }, 'the stage that was chosen');
    await opened;
  };

  it('take the sentence at the caret when a person who writes asks for one', async () => {
    const editor = await openText('The first one. The second dog sleeps.');
    putCaret(editor, 'dog');
    await openFromPalette();
    assert.equal((await shown(stageIds[0])).sentence, 'The second dog sleeps.');
  });

  it('keep their sentence on the way through the side bar, and where the caret is in code', async () => {
    const editor = await openText(sentence);
    select(editor, sentence);
    await command('openStage', 'bert');
    await shown('bert');
    putCaret(await openText('Another sentence altogether.'), 'altogether');
    await command('openStage', 'gpt');
    assert.equal((await shown('gpt')).sentence, sentence);
    putCaret(await openText('const dog = 1;', 'typescript'), 'dog');
    await openFromPalette();
    assert.equal((await shown(stageIds[0])).sentence, sentence);
  });

  it('are followed by the side bar, also where the page itself goes on', async () => {
    await command('openStage', 'attention');
    await shown('attention');
    await vscode.commands.executeCommand('lmEvolution.timeline.focus');
    await until(() => api.timeline.selected === 'attention', 'the stage in the side bar');
    await api.panels.stage.ask(remote => remote.open({ stage: 'bert' }));
    await until(() => api.timeline.selected === 'bert', 'the next stage in the side bar');
  });

  it('lend their sentence to what needs a text where none is open', async () => {
    const editor = await openText(sentence);
    select(editor, sentence);
    await command('openStage', 'bert');
    await shown('bert');
    await closeTexts();
    for (const [name, panels] of [
      ['showAttention', api.panels.attention],
      ['translateSelection', api.panels.attention],
      ['showTokens', api.panels.tokens],
      ['showNextTokens', api.panels.next],
    ] as const) {
      await command(name);
      assert.equal(panels.current?.subject?.segments[0].text, sentence, name);
    }
    await command('compareEras');
    assert.equal((await shown('chatgpt')).sentence, sentence);
  });

  it('come back after a reload of the window where they were', async () => {
    const saved = { stage: 'transformer', sentence, answers: { transformer: 1 } };
    const restored = vscode.window.createWebviewPanel('lmEvolution.stage', 'x', {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
    });
    await api.panels.stage.deserializeWebviewPanel(restored, saved);
    // What `getState` gives is VS Code's own; the panel itself must come up and answer.
    const page = await until(
      () => api.panels.stage.ask(remote => remote.describe({})),
      'the restored page',
    );
    assert.notEqual(page.state, 'error');
  });

  it('stand in the side bar in their order, with the models of each and their state', async () => {
    const stages = await api.timeline.getChildren();
    assert.deepEqual(
      stages.map(({ stage }) => stage),
      [...stageIds],
    );
    const items = await Promise.all(stages.map(node => api.timeline.getTreeItem(node)));
    for (const { label, description, accessibilityInformation, command: opens } of items) {
      assert.match(typeof label === 'string' ? label : '', /^20\d\d/u);
      assert.match(String(description), /^removes /u);
      assert.match(accessibilityInformation?.label ?? '', /^20\d\d.*model is/u);
      assert.equal(opens?.command, 'lmEvolution.openStage');
    }
    for (const node of stages) {
      for (const model of await api.timeline.getChildren(node)) {
        const { description, tooltip } = await api.timeline.getTreeItem(model);
        assert.match(String(description), /^(bundled|ran on)/u);
        assert.ok(typeof tooltip === 'string');
        assert.match(tooltip, /at least \d+ MB of memory/u);
      }
    }
  });

  it('compare the eras on the sentence at the caret', async () => {
    const editor = await openText('The first one. The second dog sleeps.');
    putCaret(editor, 'dog');
    await command('compareEras');
    const page = await until(
      async () => {
        const now = await api.panels.stage.ask(remote => remote.describe({}));
        return now?.parts.find(({ id }) => id === 'eras')?.state === 'ready' && now;
      },
      'the eras',
      60_000,
    );
    assert.equal(page.sentence, 'The second dog sleeps.');
  });

  it('open with no text at all, on a sentence of their own', async () => {
    await command('openStage', 'attention');
    assert.match((await shown('attention')).sentence, /station/u);
  });

  it('are shown on maps, with their charts', async () => {
    await command('showMaps');
    const page = await until(
      async () => {
        const now = await api.panels.maps.ask(remote => remote.describe({}));
        return now?.state === 'ready' && now.charts > 0 && now;
      },
      'the maps',
      60_000,
    );
    assert.ok(page.titles.length > 6);
    assert.equal(page.error, undefined);
  });
});
