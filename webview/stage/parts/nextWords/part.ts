/** What a language model without attention expected in the place of each word, and after the last. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Score } from '../../../../src/common/protocol/engine/score';
import type { Candidate, Token } from '../../../../src/common/protocol/engine/types';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { focusableIn, moveFocus } from '../../../elements/focusKeys';
import {
  atRest,
  type LivePart,
  type PartContext,
  PartStore,
  type PartView,
  type RunningState,
  stateOf,
} from '../../part/livePart';
import { frame } from '../../part/frame';
import { percent } from '../../../../src/common/text/percent';
import { duration, ordinal, thousands } from '../../../common/numbers';

/** The number of candidates in the place of each token. */
const top = 8;

/** What the model made of a text. */
interface Reading {
  readonly text: string;
  readonly score: Score;
  /** What would come after all of it. */
  readonly next: readonly Candidate[];
  readonly runMs: number;
}

interface State extends RunningState {
  readonly reading: Reading | undefined;
  /** The token whose place the user looks at; the number of tokens: after the last. */
  readonly place: number;
}

export const nextWords = (context: PartContext): LivePart => new NextWords(context);

class NextWords implements LivePart {
  readonly title = 'The next word';
  readonly #store;
  readonly #model: Manifest | undefined;
  #sentence = '';

  constructor(private readonly context: PartContext) {
    this.#model = context.models.find(
      ({ family, architecture }) => family === 'decoder-only' && architecture === 'lstm',
    );
    this.#store = new PartStore<State>({ ...atRest, reading: undefined, place: 0 }, () =>
      context.changed(),
    );
  }

  get state(): PartState {
    return stateOf(this.#store.state, !this.#model, this.#store.state.reading !== undefined);
  }

  get words(): string {
    const { reading, place } = this.#store.state;
    return reading
      ? placeInWords(reading, place, this.#model?.vocabSize ?? 0)
      : 'A language model of 2018 reads your text a word at a time, and says at each what it expects next.';
  }

  get values(): Partial<Record<ValueId, string>> {
    const { reading } = this.#store.state;
    return reading
      ? {
          'next-words.surprise': `${(-reading.score.logProbability).toFixed(1)} nats`,
          'next-words.perplexity': reading.score.perplexity.toFixed(0),
        }
      : {};
  }

  show(sentence: string): void {
    this.#sentence = sentence;
    void this.#read();
  }

  cancel(): void {
    this.#store.cancel();
  }

  async #read(): Promise<void> {
    const [modelId, text] = [this.#model?.id, this.#sentence];
    if (modelId === undefined) {
      return;
    }
    const { client } = this.context;
    const read = async (signal: AbortSignal) => {
      const score = await client.score({ modelId, text, top }, { signal });
      const next = await client.predict({ modelId, text, top }, { signal });
      return {
        place: firstPlace(text, score.tokens),
        reading: { text, score, next: next.candidates, runMs: score.runMs + next.runMs },
      };
    };
    await this.#store.run('Reading your text', read, { reading: undefined });
  }

  template(_view: PartView): TemplateResult {
    const { work, error, reading } = this.#store.state;
    return frame(
      {
        ...{ work, error },
        missing: this.#model ? [] : ['ULMFiT'],
        words: this.words,
        cancel: () => this.cancel(),
        retry: () => void this.#read(),
      },
      reading
        ? this.#body(reading)
        : this.#model
          ? html`<div class="next-words-place"></div>`
          : nothing,
    );
  }

  #body(reading: Reading): TemplateResult {
    const { place } = this.#store.state;
    const { text, score, runMs } = reading;
    const token = (at: number, label: string) =>
      html`<button
        class="step-word code"
        tabindex=${at === place ? 0 : -1}
        aria-pressed=${at === place}
        @click=${() => this.#store.update({ place: at })}
        @focus=${() => this.#store.update({ place: at })}
      >
        ${label}
      </button>`;
    const candidates = score.candidates[place] ?? (place === 0 ? [] : reading.next);
    return html`<p
        class="translation-line"
        dir="auto"
        role="toolbar"
        aria-label="Tokens; choose one to see what was expected in its place"
        @keydown=${(event: KeyboardEvent) =>
          moveFocus(event, focusableIn(event, '.step-word'), 'across')}
      >
        ${score.tokens.map((one, at) => token(at, labelOf(text, one)))}
        ${token(score.tokens.length, '▸ next')}
      </p>
      <table class="numbers next-words">
        <thead>
          <tr>
            <th scope="col">Expected here</th>
            <th scope="col" colspan="2">Probability</th>
          </tr>
        </thead>
        <tbody>
          ${candidates.map(candidate => row(candidate, candidates[0], score.tokens[place]?.id))}
        </tbody>
      </table>
      <p class="quiet small prose">
        Over all ${thousands(this.#model?.vocabSize ?? 0)} tokens, by the state alone that the words
        before have left: no attention looks back at them. It reads in lower case, here in
        ${duration(runMs)}.
      </p>`;
  }
}

function row(
  { id, text, probability }: Candidate,
  best: Candidate | undefined,
  written: number | undefined,
): TemplateResult {
  return html`<tr class=${id === written ? 'pointed' : ''}>
    <th scope="row" class="code">${readable(text)}${id === written ? ' ✓' : ''}</th>
    <td class="bar-cell">
      <meter
        min="0"
        max=${best?.probability ?? 1}
        value=${probability}
        aria-label=${percent(probability)}
      ></meter>
    </td>
    <td class="number" title=${probability.toPrecision(6)}>${percent(probability)}</td>
  </tr>`;
}

/** The place to begin at: the last token that begins a word, since a full stop is no surprise. */
const firstPlace = (text: string, tokens: readonly Token[]): number =>
  Math.max(
    0,
    tokens.findLastIndex(({ start, end }) => /^\s*\p{L}/u.test(text.slice(start, end))),
  );

function placeInWords({ text, score, next }: Reading, place: number, vocabSize: number): string {
  const token = score.tokens[place];
  const [best] = token ? (score.candidates[place] ?? []) : next;
  const expected = best
    ? `the most probable ${token ? 'in its place' : 'token'} is “${readable(best.text)}”, ${percent(best.probability)}`
    : '';
  if (!token) {
    return `After your text ${expected}.`;
  }
  const [rank, logProbability] = [score.ranks[place], score.logProbabilities[place]];
  const written = `“${labelOf(text, token)}”`;
  return rank === undefined || logProbability === undefined
    ? `${written} is the first: nothing stands before it that could be gone on from.`
    : `${written} was the ${ordinal(rank)} of ${thousands(vocabSize)} with ${percent(Math.exp(logProbability))}${rank === 1 ? '' : `; ${expected}`}.`;
}

const labelOf = (text: string, { start, end }: Token): string => readable(text.slice(start, end));

/** A token with signs for its white space. */
const readable = (text: string): string =>
  text.trim() === '' ? text.replace(/\n/g, '⏎').replace(/\s/g, '·') || '·' : text.trim();
