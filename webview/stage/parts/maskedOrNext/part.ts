import { html, nothing, type TemplateResult } from 'lit';
import * as v from 'valibot';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { TokenRank } from '../../../../src/common/protocol/engine/predict';
import type { Score } from '../../../../src/common/protocol/engine/score';
import type { Candidate, Token } from '../../../../src/common/protocol/engine/types';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { visibleText } from '../../../../src/common/text/tokenText';
import { wordUnits, type Unit } from '../../../matrix/units';
import { focusableIn, moveFocus } from '../../../elements/focusKeys';
import { fillsMasks, shortName, writesOn } from '../../../common/predictors';
import { duration, ordinal, percent, thousands } from '../../../common/numbers';
import type { LivePart, PartContext, PartView } from '../../part/livePart';
import { frame } from '../../part/frame';
import { isLarge, megabytes } from '../../part/largeModels';
import { offer } from '../../part/offer';
import { atRest, PartStore, stateOf, type RunningState } from '../../part/partStore';
import { tellRun } from '../../part/reportRun';

const candidatesAsked = 5;
/** Of what a model reads on either side of the word, in characters. */
const longestContext = 120;

const settings = v.object({
  /** Which word, counted from the first. */
  word: v.fallback(v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))), undefined),
});

/** A sentence as BERT cuts it. */
interface Cut {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Those that it knows, as many as it can read. */
  readonly words: readonly Unit[];
}

interface Masked {
  readonly cut: Cut;
  readonly word: Unit;
  readonly analysis: Analysis;
}

interface Scored {
  readonly text: string;
  readonly score: Score;
}

/** What a model would put in the place of the word. */
interface Guess {
  readonly candidates: readonly Candidate[];
  /** The token that stands there, of several the first, and how the model finds it; undefined where it has read nothing. */
  readonly token: { readonly id: number; readonly text: string };
  readonly standing: TokenRank | undefined;
}

interface State extends RunningState {
  readonly chosen: number | undefined;
  readonly masked: Masked | undefined;
  readonly scored: Scored | undefined;
  /** BERT finds nothing in the sentence that it could hide. */
  readonly isWordless: boolean;
}

export const maskedOrNext = (context: PartContext): LivePart => new MaskedOrNext(context);

/** A word of the sentence for a model that guesses it from both sides, and for one that has read only what is before it. */
class MaskedOrNext implements LivePart {
  readonly title = 'Masked or next';
  readonly #store;
  readonly #both: Manifest | undefined;
  readonly #left: Manifest | undefined;
  #text = '';
  #withLeft: boolean;

  constructor(private readonly context: PartContext) {
    const { models } = context;
    this.#both = models.find(fillsMasks);
    this.#left =
      models.find(({ architecture }) => architecture === 'gpt2') ?? models.find(writesOn);
    this.#withLeft = this.#left !== undefined && !isLarge(this.#left);
    const { word } = v.parse(settings, context.settings ?? {});
    this.#store = new PartStore<State>(
      { ...atRest, chosen: word, masked: undefined, scored: undefined, isWordless: false },
      () => context.changed(),
    );
  }

  get state(): PartState {
    const { masked, isWordless } = this.#store.state;
    return stateOf(this.#store.state, !this.#both, masked !== undefined || isWordless);
  }

  get words(): string {
    const { masked, isWordless } = this.#store.state;
    if (isWordless) {
      return 'BERT knows no word of your sentence that could be hidden.';
    }
    if (!masked || !this.#both) {
      return 'What stands in the place of a word, for a model that reads both sides and for one that reads only what is before it?';
    }
    const { characters } = masked.word;
    const told = (model: Manifest | undefined, guess: Guess | undefined, reads: string) => {
      if (!model || !guess?.standing) {
        return '';
      }
      const { token, standing } = guess;
      const stands = visibleText(token.text.trim());
      const what = stands === characters ? 'it' : `“${stands}”, with which it begins,`;
      return ` ${shortName(model)}, which reads ${reads}, gives ${what} ${percent(standing.probability)}: ${ordinal(standing.rank)} of ${thousands(model.vocabSize)}.`;
    };
    const both = told(this.#both, guessOfBoth(masked), 'both sides');
    const left = told(this.#left, this.#guessOfLeft(masked), 'only what is before it');
    return `“${characters}” is hidden.${both}${left}`;
  }

  get values(): Partial<Record<ValueId, string>> {
    const { masked } = this.#store.state;
    const told = (guess: Guess | undefined) =>
      masked && guess?.standing
        ? `${percent(guess.standing.probability)} for “${masked.word.characters}”`
        : '…';
    return {
      'masked-or-next.both': told(masked && guessOfBoth(masked)),
      'masked-or-next.left': told(masked && this.#guessOfLeft(masked)),
    };
  }

  show(sentence: string): void {
    this.#text = sentence;
    void this.#guess();
  }

  cancel(): void {
    this.#store.cancel();
  }

  #choose(word: number): void {
    this.#store.update({ chosen: word });
    this.context.keep({ word });
    void this.#guess();
  }

  async #guess(): Promise<void> {
    const [both, left] = [this.#both, this.#left];
    if (!both) {
      return;
    }
    await this.#store.run(`${shortName(both)} is reading`, async signal => {
      await this.#mask(both, signal);
      if (left && this.#withLeft) {
        await this.#score(left, signal);
      }
      return {};
    });
  }

  /** BERT reads the sentence anew for each word that is hidden. */
  async #mask(both: Manifest, signal: AbortSignal): Promise<void> {
    const text = this.#text;
    const { masked, chosen } = this.#store.state;
    const cut = masked?.cut.text === text ? masked.cut : await this.#cut(text, both, signal);
    const word = cut.words[placeOf(cut.words, chosen)];
    const analysis =
      word &&
      (await this.context.client.analyze(
        {
          ...{ modelId: both.id, text, masked: word.tokens },
          ...{ top: candidatesAsked, attention: false },
        },
        { signal },
      ));
    signal.throwIfAborted();
    this.#store.update({
      masked: word && analysis && { cut, word, analysis },
      isWordless: word === undefined,
    });
    if (analysis) {
      tellRun(this.context, analysis);
    }
  }

  /** What predicts the next word has told of every word when it has read the sentence once. */
  async #score(left: Manifest, signal: AbortSignal): Promise<void> {
    const text = this.#text;
    if (!this.#store.state.masked || this.#store.state.scored?.text === text) {
      return;
    }
    this.#store.tell({ words: `${shortName(left)} is reading` });
    const score = await this.context.client.score(
      { modelId: left.id, text, top: candidatesAsked },
      { signal },
    );
    signal.throwIfAborted();
    this.#store.update({ scored: { text, score } });
  }

  async #cut(text: string, both: Manifest, signal: AbortSignal): Promise<Cut> {
    const { tokens } = await this.context.client.tokenize({ modelId: both.id, text }, { signal });
    const isGuessable = (index: number) =>
      tokens[index]?.id !== both.tokens?.unknown &&
      // The last place that it reads is that of the token that ends a text.
      index < both.contextLength - 1;
    const words = wordUnits({ tokens, texts: [text], side: 'source', spelling: 'characters' });
    return {
      ...{ text, tokens },
      words: words.filter(({ isSpecial, tokens }) => !isSpecial && tokens.every(isGuessable)),
    };
  }

  #guessOfLeft({ cut: { text }, word }: Masked): (Guess & { readonly start: number }) | undefined {
    const { scored } = this.#store.state;
    if (scored?.text !== text) {
      return undefined;
    }
    const { tokens, candidates, ranks, logProbabilities } = scored.score;
    // Its own cut: the token that the word begins in.
    const index = tokens.findIndex(({ isSpecial, end }) => !isSpecial && end > word.range.start);
    const token = tokens[index];
    const [rank, logProbability] = [ranks[index], logProbabilities[index]];
    return (
      token && {
        token: { id: token.id, text: text.slice(token.start, token.end) },
        start: token.start,
        candidates: candidates[index] ?? [],
        standing:
          rank === undefined || logProbability === undefined
            ? undefined
            : { rank, probability: Math.exp(logProbability) },
      }
    );
  }

  template(_view: PartView): TemplateResult {
    const { work, error, masked, isWordless } = this.#store.state;
    const missing = [
      ...(this.#both ? [] : ['A BERT that guesses hidden words']),
      ...(this.#left ? [] : ['A model that predicts the next word']),
    ];
    return frame(
      {
        ...{ work, error, missing },
        words: this.words,
        cancel: () => this.cancel(),
        retry: () => void this.#guess(),
      },
      this.#both
        ? masked
          ? this.#body(masked, this.#both)
          : isWordless
            ? nothing
            : html`<div class="picture-place"></div>`
        : nothing,
    );
  }

  #body(masked: Masked, both: Manifest): TemplateResult {
    const { cut, word, analysis } = masked;
    const { text, words } = cut;
    const { work, chosen } = this.#store.state;
    const place = placeOf(words, chosen);
    const left = this.#guessOfLeft(masked);
    const ofBoth = guessOfBoth(masked);
    const most = Math.max(
      ...[ofBoth, left].flatMap(guess => guess?.candidates[0]?.probability ?? []),
      Number.MIN_VALUE,
    );
    return html`<div
        class="translation-line"
        role="toolbar"
        aria-label="The word that is hidden"
        dir="auto"
        @keydown=${(event: KeyboardEvent) =>
          moveFocus(event, focusableIn(event, '.step-word'), 'across')}
      >
        ${words.map(
          ({ characters }, index) =>
            html`<button
              class="step-word code"
              tabindex=${index === place ? 0 : -1}
              aria-pressed=${index === place}
              @click=${() => this.#choose(index)}
            >
              ${characters}
            </button>`,
        )}
      </div>
      <div class="guesses">
        ${guessView(
          `${shortName(both)} reads both sides`,
          html`${endOf(text.slice(0, word.range.start))}<mark>${word.tokens.map(() => '[MASK]').join(' ')}</mark>${startOf(text.slice(word.range.end))}`,
          ofBoth,
          most,
          `${both.name} · ${duration(analysis.runMs)}`,
        )}
        ${
          left && this.#left
            ? guessView(
                `${shortName(this.#left)} reads what is before it`,
                html`${endOf(text.slice(0, left.start))}<mark>…</mark>`,
                left,
                most,
                `${this.#left.name} · ${duration(this.#store.state.scored?.score.runMs ?? 0)} for the whole sentence`,
              )
            : this.#left && !this.#withLeft
              ? offer(
                  `${this.#left.name} reads only what is before a word: it predicts the next one. It has ${megabytes(this.#left)}.`,
                  'Let It Guess Too',
                  work !== undefined,
                  () => {
                    this.#withLeft = true;
                    void this.#guess();
                  },
                )
              : nothing
        }
      </div>`;
  }
}

function guessView(
  title: string,
  reads: TemplateResult,
  { candidates, token, standing }: Guess,
  most: number,
  madeBy: string,
): TemplateResult {
  const stands = standing && { ...token, ...standing };
  const isListed = candidates.some(({ id }) => id === token.id);
  const rows = [
    ...candidates.map((candidate, index) => ({ ...candidate, rank: index + 1 })),
    ...(stands && !isListed ? [stands] : []),
  ];
  return html`<section>
    <h3>${title}</h3>
    <p class="code reads" dir="auto">${reads}</p>
    ${
      rows.length === 0
        ? html`<p class="quiet">Nothing stands before it: there is nothing to go on from.</p>`
        : html`<table class="numbers guess" aria-label=${title}>
            <thead>
              <tr>
                <th scope="col">Rank</th>
                <th scope="col">Token</th>
                <td></td>
                <th scope="col" class="number">Probability</th>
                <td></td>
              </tr>
            </thead>
            <tbody>
              ${rows.map(
                ({ id, text, rank, probability }) =>
                  html`<tr class=${id === token.id ? 'pointed' : ''}>
                    <td class="number quiet">${thousands(rank)}</td>
                    <th scope="row" class="code"><bdi>${visibleText(text)}</bdi></th>
                    <td class="bar-cell">
                      <meter max=${most} .value=${probability} aria-hidden="true"></meter>
                    </td>
                    <td class="number" title=${probability}>${percent(probability)}</td>
                    <td class="quiet nowrap">${id === token.id ? 'stands there' : ''}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    <p class="quiet small">${madeBy}</p>
  </section>`;
}

/** Of BERT, whose tokens the words are made of. */
function guessOfBoth({ cut, word, analysis }: Masked): Guess {
  const [index = 0] = word.tokens;
  const { id = -1, start, end } = cut.tokens[index] ?? {};
  return {
    candidates: analysis.candidates[index] ?? [],
    token: { id, text: cut.text.slice(start, end) },
    standing: analysis.maskedRanks?.[0],
  };
}

/** What is chosen, or a word near the middle that has letters. */
function placeOf(words: readonly Unit[], chosen: number | undefined): number {
  const spoken = words.flatMap(({ characters }, index) =>
    /[\p{L}\p{N}]/u.test(characters) ? [index] : [],
  );
  const middle = spoken[Math.floor(spoken.length / 2)] ?? 0;
  return Math.min(chosen ?? middle, Math.max(0, words.length - 1));
}

const endOf = (text: string): string =>
  text.length > longestContext ? `…${text.slice(-longestContext)}` : text;

const startOf = (text: string): string =>
  text.length > longestContext ? `${text.slice(0, longestContext)}…` : text;
