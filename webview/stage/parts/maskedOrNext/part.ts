/** A word of the sentence for a model that guesses it from both sides, and for one that has read only what is before it. */
import { nothing, type TemplateResult } from 'lit';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { visibleText } from '../../../../src/common/text/tokenText';
import { fillsMasks, shortName, writesOn } from '../../../common/models';
import { wordUnits } from '../../../matrix/units';
import { frame, picturePlace } from '../../part/frame';
import { isLarge } from '../../part/translators';
import {
  atRest,
  type LivePart,
  type PartContext,
  PartStore,
  reportRun,
  stateOf,
} from '../../part/livePart';
import {
  type Guess,
  guessOfBoth,
  guessOfLeft,
  hiddenWord,
  type MaskedOrNextState,
  parseSettings,
  type TokenizedSentence,
} from './state';
import { view } from './view';
import { percent } from '../../../../src/common/text/percent';
import { ordinal, thousands } from '../../../common/numbers';

/** The number of candidates of each model. */
const top = 5;

export const maskedOrNext = (context: PartContext): LivePart => new MaskedOrNext(context);

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
    const { word } = parseSettings(context.settings);
    this.#store = new PartStore<MaskedOrNextState>(
      { ...atRest, chosen: word, masked: undefined, scored: undefined, isWordless: false },
      () => context.changed(),
    );
  }

  get state(): PartState {
    const { masked, isWordless } = this.#store.state;
    return stateOf(this.#store.state, !this.#both, masked !== undefined || isWordless);
  }

  get words(): string {
    const { masked, scored, isWordless } = this.#store.state;
    if (isWordless) {
      return 'BERT knows no word of your sentence that could be hidden.';
    }
    if (!masked || !this.#both) {
      return 'What stands in the place of a word, for a model that reads both sides and for one that reads only what is before it?';
    }
    const { characters } = masked.word;
    const guessed = (model: Manifest | undefined, guess: Guess | undefined, reads: string) => {
      if (!model || !guess?.standing) {
        return '';
      }
      const { token, standing } = guess;
      const stands = visibleText(token.text.trim());
      const what = stands === characters ? 'it' : `“${stands}”, with which it begins,`;
      return ` ${shortName(model)}, which reads ${reads}, gives ${what} ${percent(standing.probability)}: ${ordinal(standing.rank)} of ${thousands(model.vocabSize)}.`;
    };
    const both = guessed(this.#both, guessOfBoth(masked), 'both sides');
    const left = guessed(this.#left, guessOfLeft(masked, scored), 'only what is before it');
    return `“${characters}” is hidden.${both}${left}`;
  }

  get values(): Partial<Record<ValueId, string>> {
    const { masked, scored } = this.#store.state;
    const probability = (guess: Guess | undefined) =>
      masked && guess?.standing
        ? `${percent(guess.standing.probability)} for “${masked.word.characters}”`
        : '…';
    return {
      'masked-or-next.both': probability(masked && guessOfBoth(masked)),
      'masked-or-next.left': probability(masked && guessOfLeft(masked, scored)),
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
    const sentence =
      masked?.sentence.text === text ? masked.sentence : await this.#tokenize(text, both, signal);
    const word = sentence.words[hiddenWord(sentence.words, chosen)];
    const analysis =
      word &&
      (await this.context.client.analyze(
        {
          ...{ modelId: both.id, text, masked: word.tokens },
          ...{ top, attention: false },
        },
        { signal },
      ));
    signal.throwIfAborted();
    this.#store.update({
      masked: word && analysis && { sentence, word, analysis },
      isWordless: word === undefined,
    });
    if (analysis) {
      reportRun(this.context, analysis);
    }
  }

  /** A model that predicts the next word has weighed every word once it has read the sentence. */
  async #score(left: Manifest, signal: AbortSignal): Promise<void> {
    const text = this.#text;
    if (!this.#store.state.masked || this.#store.state.scored?.text === text) {
      return;
    }
    this.#store.tell({ words: `${shortName(left)} is reading` });
    const score = await this.context.client.score({ modelId: left.id, text, top }, { signal });
    signal.throwIfAborted();
    this.#store.update({ scored: { text, score } });
  }

  async #tokenize(text: string, both: Manifest, signal: AbortSignal): Promise<TokenizedSentence> {
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

  template(): TemplateResult {
    const { work, error, masked, isWordless } = this.#store.state;
    const [both, left] = [this.#both, this.#left];
    const missing = [
      ...(both ? [] : ['A BERT that guesses hidden words']),
      ...(left ? [] : ['A model that predicts the next word']),
    ];
    return frame(
      {
        ...{ work, error, missing, words: this.words },
        cancel: () => this.cancel(),
        retry: () => void this.#guess(),
      },
      both && masked
        ? view(masked, this.#store.state, both, left, {
            choose: word => this.#choose(word),
            runLeft: this.#withLeft ? undefined : () => this.#runLeft(),
          })
        : isWordless
          ? nothing
          : picturePlace(both),
    );
  }

  #runLeft(): void {
    this.#withLeft = true;
    void this.#guess();
  }
}
