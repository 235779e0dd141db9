/** Reads from the model what other weights than its own are made of: values of its heads, and states with a token masked. */
import { stateChange } from '../../../src/common/attention/beyondWeights';
import type { EngineClient } from '../../../src/common/engineClient/engineClient';
import { asEngineError, EngineError } from '../../../src/common/errors';
import type { Attention, InsideAttention } from '../../../src/common/protocol/engine/types';
import type { Store } from '../../common/store';
import { shownHeads } from '../../matrix/heads';
import { type AnalysedText, requestOf } from '../text/shown';
import { askedKind } from './otherWeights';
import type { ReadWeights, WeightParts, WeightsPicture, WeightsState } from './weightsState';

/** Reads one thing at a time; a newer wish ends the older. It never rejects: what goes wrong is in the state. */
export class WeightsReader {
  #controller: AbortController | undefined;
  /** What is being read, or was read last. */
  #wish = '';

  constructor(
    private readonly store: Store<WeightsState>,
    private readonly client: () => EngineClient,
  ) {}

  /** Reads what the picture is to show and does not yet, after the page has been painted. */
  readFor({ shown, attention, choice, shownKind }: WeightsPicture): void {
    const asked = askedKind(this.store.state, attention);
    if (asked === shownKind) {
      return;
    }
    const layers = new Set(shownHeads(choice, attention.shape).map(({ layer }) => layer));
    queueMicrotask(() => {
      if (asked === 'values') {
        void this.readValues(shown, attention.kind, [...layers]);
      } else if (asked === 'masking') {
        void this.readMasking(shown, attention.kind);
      }
    });
  }

  /** The values of layers, counted from 0, that are not there yet. */
  async readValues(
    shown: AnalysedText,
    kind: Attention['kind'],
    layers: readonly number[],
  ): Promise<void> {
    const known = this.#readOf(shown, kind);
    const missing = layers.filter(layer => !known.inside.has(layer));
    await this.#read(shown, kind, `values ${layers.join()}`, missing, async (layer, signal) => {
      const request = { ...sameText(shown), attention: false, inside: { kind, layer } };
      const { inside } = await this.client().analyze(request, { signal });
      if (!inside) {
        const what = `${shown.analysis.modelId} shows nothing inside its layers.`;
        throw new EngineError('input-invalid', what);
      }
      return { inside: withLayer(this.#readOf(shown, kind).inside, layer, inside) };
    });
  }

  /** What each token of the text changes when it is masked. */
  async readMasking(shown: AnalysedText, kind: Attention['kind']): Promise<void> {
    if (this.#readOf(shown, kind).changes) {
      return;
    }
    const { source } = shown.analysis;
    const places = source.flatMap(({ isSpecial }, place) => (isSpecial ? [] : [place]));
    const states = async (masked: readonly number[], signal: AbortSignal) => {
      const request = { ...sameText(shown), attention: false, hiddenStates: true, masked };
      return (await this.client().analyze(request, { signal })).hiddenStates;
    };
    const changes = new Float64Array(source.length ** 2);
    let before: Awaited<ReturnType<typeof states>>;
    await this.#read(shown, kind, 'masking', [undefined, ...places], async (place, signal) => {
      if (place === undefined) {
        before = await states([], signal);
        return {};
      }
      const after = await states([place], signal);
      if (before && after) {
        for (const [token, change] of stateChange(before, after).entries()) {
          changes[token * source.length + place] = change;
        }
      }
      return place === places.at(-1) ? { changes } : {};
    });
  }

  /** One run after the other, each with what it adds. */
  async #read<T>(
    shown: AnalysedText,
    kind: Attention['kind'],
    wish: string,
    steps: readonly T[],
    run: (step: T, signal: AbortSignal) => Promise<Partial<WeightParts>>,
  ): Promise<void> {
    const { weights } = this.store.state;
    const isSame = weights?.shown === shown && weights.kind === kind && wish === this.#wish;
    if (steps.length === 0 || (isSame && (weights.progress ?? weights.error))) {
      return;
    }
    this.#controller?.abort();
    const { signal } = (this.#controller = new AbortController());
    this.#wish = wish;
    const tell = (change: Partial<ReadWeights>) =>
      this.store.update({ weights: { ...this.#readOf(shown, kind), ...change } });
    const all = steps.length;
    tell({ progress: { done: 0, all }, error: undefined });
    try {
      for (const [index, step] of steps.entries()) {
        const added = await run(step, signal);
        if (signal.aborted) {
          return;
        }
        const progress = index + 1 < all ? { done: index + 1, all } : undefined;
        tell({ ...added, progress });
      }
    } catch (cause) {
      if (!signal.aborted) {
        tell({ progress: undefined, error: asEngineError(cause) });
      }
    }
  }

  #readOf(shown: AnalysedText, kind: Attention['kind']): ReadWeights {
    const { weights } = this.store.state;
    return weights?.shown === shown && weights.kind === kind
      ? weights
      : {
          ...{ shown, kind, inside: new Map(), changes: undefined },
          ...{ progress: undefined, error: undefined },
        };
  }
}

const withLayer = (
  known: ReadonlyMap<number, InsideAttention>,
  layer: number,
  inside: InsideAttention,
): ReadonlyMap<number, InsideAttention> => new Map([...known, [layer, inside]]);

/** The same text as was shown, and the same translation of it. */
const sameText = (shown: AnalysedText) => ({
  ...requestOf(shown),
  targetText: shown.analysis.targetText,
});
