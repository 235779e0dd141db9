/** The sinusoids, by their formula; and what the order of words does, by the model. */
import type { TemplateResult } from 'lit';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { cautionOf } from '../../../common/caution';
import { frame } from '../../part/frame';
import {
  atRest,
  type LivePart,
  type PartContext,
  PartStore,
  type PartView,
  stateOf,
} from '../../part/livePart';
import { splitWords } from '../../part/longerText';
import { readableUnits } from '../../../matrix/units';
import { followTokens, shuffleWords } from './shuffledWords';
import { sinusoids } from './sinusoids';
import { parseSettings, type PositionsState, type Settings } from './state';
import { createView } from './view';
import { decimal } from '../../../common/numbers';

/** The width without a Transformer to take it from. */
const defaultWidth = 256;

export const positions = (context: PartContext): LivePart => new Positions(context);

class Positions implements LivePart {
  readonly title = 'How a word knows its place';
  readonly #store;
  readonly #model;
  readonly #width: number;
  readonly #view = createView({
    set: change => this.#set(change),
    shuffle: () => void this.#shuffle(),
  });
  #sentence = '';
  #shuffleCount = 0;

  constructor(private readonly context: PartContext) {
    this.#model = context.models.find(({ architecture }) => architecture === 'transformer');
    this.#width = this.#model?.hiddenSize ?? defaultWidth;
    this.#store = new PartStore<PositionsState>(
      {
        ...{ ...atRest, shuffle: undefined },
        settings: parseSettings(context.settings, this.#width),
      },
      () => context.changed(),
    );
  }

  get state(): PartState {
    return stateOf(this.#store.state, false, true);
  }

  get words(): string {
    const { position, pair } = this.#store.state.settings;
    const wave = 2 * Math.PI * 10000 ** ((2 * pair) / this.#width);
    return `Dimensions ${2 * pair} and ${2 * pair + 1} turn once in ${wave < 1000 ? wave.toFixed(1) : wave.toFixed(0)} words; at place ${position} they are ${this.#at(2 * pair)} and ${this.#at(2 * pair + 1)}.`;
  }

  get values(): Partial<Record<ValueId, string>> {
    const { position, pair } = this.#store.state.settings;
    return {
      'positions.position': String(position),
      'positions.pair': `${pair}: sin ${this.#at(2 * pair)}, cos ${this.#at(2 * pair + 1)}`,
    };
  }

  #at(dimension: number): string {
    const { position } = this.#store.state.settings;
    return decimal(sinusoids(position, this.#width)[dimension]);
  }

  show(sentence: string): void {
    this.#sentence = sentence;
    this.#store.update({ shuffle: undefined });
  }

  cancel(): void {
    this.#store.cancel();
  }

  #set(change: Partial<Settings>): void {
    const settings = { ...this.#store.state.settings, ...change };
    this.#store.update({ settings });
    this.context.keep(settings);
  }

  async #shuffle(): Promise<void> {
    const modelId = this.#model?.id;
    if (modelId === undefined) {
      return;
    }
    await this.#store.run('Reading and translating in two orders', async signal => {
      const texts = shuffleWords(this.#sentence, ++this.#shuffleCount);
      const read = (text: string) =>
        this.context.client.analyze(
          { modelId, text, hiddenStates: true, attention: false },
          { signal },
        );
      const inOrder = await read(texts.text);
      const mixed = await read(texts.shuffled);
      const units = readableUnits(inOrder.source, texts.text, 'source');
      const tokens = followTokens(texts, inOrder, mixed).map(token => ({
        ...token,
        label: units[token.before]?.label ?? '',
      }));
      const french = [inOrder.targetText ?? '', mixed.targetText ?? ''] as const;
      return { shuffle: { texts, french, tokens, caution: cautionOf(texts.text, inOrder) } };
    });
  }

  template(view: PartView): TemplateResult {
    const { work, error, settings, shuffle } = this.#store.state;
    return frame(
      {
        ...{ work, error, words: this.words },
        cancel: () => this.cancel(),
        retry: () => void this.#shuffle(),
      },
      this.#view(
        {
          ...{ settings, shuffle, width: this.#width, hasModel: this.#model !== undefined },
          canShuffle: splitWords(this.#sentence).length > 2,
        },
        view,
      ),
    );
  }
}
