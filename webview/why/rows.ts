/** The rows of the page that explains a completion. */
import type { Explanation, PromptSpan } from '../../src/common/protocol/pages/why';
import type { Unit } from '../matrix/units';
import { memo } from '../common/store';
import type { Theme } from '../common/theme';
import { tokenRow, type TokenRow } from '../elements/tokenRow';
import { visibleText } from '../../src/common/text/tokenText';
import type { Actions } from './actions';
import { chosenOf, weightsOf, type WhyState } from './whyState';
import { withoutSink } from './attentionSink';
import { lookedAtTexts, writtenText } from './tokenTexts';
import { sweepOf } from './whatIfLabels';

export interface Rows {
  readonly written: TokenRow;
  readonly prompt: TokenRow;
}

const unit = (id: number, text: string, start: number, end: number): Unit => ({
  id,
  side: 'source',
  label: visibleText(text),
  characters: visibleText(text),
  tokens: [id],
  isSpecial: false,
  isUnknown: false,
  isSink: false,
  range: { segment: 0, start, end },
});

/** The tokens of a text side by side, as it reads: none has a place of its own in a document. */
function unitsOf(texts: readonly string[]): Unit[] {
  let at = 0;
  return texts.map((text, index) => {
    const start = at;
    at += text.length;
    return unit(index, text, start, at);
  });
}

/** Two rows of tokens: what was written, tinted by probability, and what it looked at, tinted by attention. */
export function createRows(actions: Actions) {
  const writtenRow = memo((explanation: Explanation, theme: Theme) =>
    tokenRow(
      unitsOf(explanation.tokens.map(token => writtenText(explanation, token))),
      {
        theme,
        scale: 'linear',
        label: 'The tokens that were written, by probability',
        names: [],
        fill: (button, index) => {
          const { token } = explanation.tokens[index] ?? {};
          const { offered } = explanation;
          const isOffered = token && token.start < offered.end && token.end > offered.start;
          button.classList.toggle('unoffered', !isOffered);
        },
      },
      {
        onPoint: () => undefined,
        onChoose: index => actions.choose(index),
        onReveal: index => actions.choose(index),
      },
    ),
  );
  const promptRow = memo((explanation: Explanation, chosen: number, theme: Theme) =>
    tokenRow(
      unitsOf(lookedAtTexts(explanation, chosen)),
      {
        theme,
        scale: 'sqrt',
        label: 'What it looked at: the prompt, and what was written before',
        names: [],
        fill: (button, index) => {
          button.classList.add(index < explanation.promptTokens.length ? 'omittable' : 'own');
        },
      },
      {
        onPoint: index => actions.point(index),
        onChoose: index => actions.toggle(index),
        onReveal: index => actions.reveal(index),
      },
    ),
  );
  return {
    of(state: WhyState, theme: Theme): Rows | undefined {
      const { shown } = state;
      return (
        shown && {
          written: writtenRow(shown.explanation, theme),
          prompt: promptRow(shown.explanation, chosenOf(state), theme),
        }
      );
    },
    light(rows: Rows, state: WhyState): void {
      const { shown, pointed } = state;
      const weights = weightsOf(state);
      rows.written.light({
        weights: new Map(
          shown?.explanation.tokens.map(({ probability }, index) => [index, probability]),
        ),
        pointed: [],
        locked: [chosenOf(state)],
      });
      const leftOut = state.whatIf.leftOut.flatMap(tokensOf);
      rows.prompt.light({
        weights:
          effectsOf(state) ??
          (weights &&
            new Map(withoutSink(weights).weights.map((weight, index) => [index, weight]))),
        pointed: pointed === undefined ? [] : [pointed],
        locked: leftOut,
      });
    },
  };
}

const tokensOf = ({ start, end }: PromptSpan): number[] =>
  Array.from({ length: end - start }, (_, place) => start + place);

/** The size of the effect of leaving each token's part out, where that is to be shown. */
function effectsOf(state: WhyState): ReadonlyMap<number, number> | undefined {
  const influences = state.saved.colour === 'effect' ? sweepOf(state)?.influences : undefined;
  return (
    influences &&
    new Map(
      influences.flatMap(part =>
        tokensOf(part).map(token => [token, Math.abs(part.bits ?? 0)] as const),
      ),
    )
  );
}
