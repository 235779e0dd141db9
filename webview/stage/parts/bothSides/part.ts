import { html, nothing, type TemplateResult } from 'lit';
import * as v from 'valibot';
import { hasAttention } from '../../../../src/common/protocol/capabilities';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { matrixView, type MatrixView } from '../../../matrix/matrixView';
import { tokenUnits } from '../../../matrix/units';
import { memo } from '../../../common/memo';
import { shortName } from '../../../common/predictors';
import { duration, percent } from '../../../common/numbers';
import type { Theme } from '../../../common/theme';
import type { LivePart, PartContext, PartView } from '../../part/livePart';
import { attentionMap, type AttentionMap } from '../../part/attentionMap';
import { frame } from '../../part/frame';
import { isLarge, megabytes } from '../../part/largeModels';
import { offer } from '../../part/offer';
import { atRest, PartStore, stateOf, type RunningState } from '../../part/partStore';
import { slider } from '../../part/controls';

const settings = v.object({
  /** How deep, as a share of the layers. */
  depth: v.fallback(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.5),
});

interface Looked {
  readonly manifest: Manifest;
  readonly analysis: Analysis;
  readonly text: string;
}

interface State extends RunningState {
  readonly depth: number;
  readonly both: Looked | undefined;
  readonly left: Looked | undefined;
}

export const bothSides = (context: PartContext): LivePart => new BothSides(context);

/** The same sentence to a model that looks both ways and to one that may only look back. */
class BothSides implements LivePart {
  readonly title = 'Left and right, or left alone';
  readonly #store;
  readonly #both: Manifest | undefined;
  readonly #left: Manifest | undefined;
  readonly #viewOfBoth = memo(viewOf);
  readonly #viewOfLeft = memo(viewOf);
  readonly #mapOfBoth = attentionMap('both-sides', 380);
  readonly #mapOfLeft = attentionMap('left-alone', 380);
  #sentence = '';
  #withLeft: boolean;

  constructor(private readonly context: PartContext) {
    const { models } = context;
    this.#both = models.find(({ family }) => family === 'encoder-only');
    this.#left =
      models.find(({ architecture }) => architecture === 'gpt2') ??
      models.find(model => model.family === 'decoder-only' && hasAttention(model));
    this.#withLeft = this.#left !== undefined && !isLarge(this.#left);
    const { depth } = v.parse(settings, context.settings ?? {});
    this.#store = new PartStore<State>({ ...atRest, depth, both: undefined, left: undefined }, () =>
      context.changed(),
    );
  }

  get state(): PartState {
    return stateOf(this.#store.state, !this.#both, this.#store.state.both !== undefined);
  }

  get words(): string {
    const { both, left, depth } = this.#store.state;
    if (!both) {
      return 'How much of its attention does each word give to the words after it?';
    }
    const told = (looked: Looked) =>
      `${shortName(looked.manifest)} ${percent(shareAfter(looked, depth))}`;
    return `Of all attention, this much goes to later words: ${told(both)}${left?.text === both.text ? `, ${told(left)}` : ''}.`;
  }

  get values(): Partial<Record<ValueId, string>> {
    const { both, depth } = this.#store.state;
    return { 'both-sides.right': both ? percent(shareAfter(both, depth)) : '…' };
  }

  show(sentence: string): void {
    this.#sentence = sentence;
    void this.#look();
  }

  cancel(): void {
    this.#store.cancel();
  }

  async #look(): Promise<void> {
    const text = this.#sentence;
    await this.#store.run('Reading your sentence', async signal => {
      for (const side of ['both', 'left'] as const) {
        const manifest = side === 'both' ? this.#both : this.#left;
        if (!manifest || (side === 'left' && !this.#withLeft)) {
          continue;
        }
        this.#store.tell({ words: `${shortName(manifest)} is reading` });
        const analysis = await this.context.client.analyze(
          { modelId: manifest.id, text },
          { signal },
        );
        signal.throwIfAborted();
        this.#store.update({ [side]: { manifest, analysis, text } });
      }
      return {};
    });
  }

  template({ theme, width }: PartView): TemplateResult {
    const { work, error, depth, both, left } = this.#store.state;
    const half = width >= 720 ? (width - 24) / 2 : width;
    return frame(
      {
        ...{ work, error },
        words: this.words,
        cancel: () => this.cancel(),
        retry: () => void this.#look(),
        missing: this.#left ? [] : ['A model that predicts the next word'],
      },
      html`${slider({
          label: 'Layer',
          min: 0,
          max: 1,
          step: 0.01,
          value: depth,
          told: both ? `${layerAt(both, depth) + 1} of ${layersOf(both)}` : '',
          onInput: value => {
            this.#store.update({ depth: value });
            this.context.keep({ depth: value });
          },
        })}
        <div class="charts">
          ${
            both
              ? this.#picture(both, this.#viewOfBoth, this.#mapOfBoth, depth, theme, half)
              : html`<div class="picture-place"></div>`
          }
          ${
            left
              ? this.#picture(left, this.#viewOfLeft, this.#mapOfLeft, depth, theme, half)
              : this.#left && this.#withLeft
                ? html`<div class="picture-place"></div>`
                : this.#left
                  ? offer(
                      `${this.#left.name} may only look back: it predicts the next word. It is large: ${megabytes(this.#left)} are read first.`,
                      'Let It Read Too',
                      work !== undefined,
                      () => {
                        this.#withLeft = true;
                        void this.#look();
                      },
                    )
                  : nothing
          }
        </div>`,
    );
  }

  #picture(
    looked: Looked,
    view: typeof viewOf,
    map: AttentionMap,
    depth: number,
    theme: Theme,
    width: number,
  ): TemplateResult {
    const { manifest, analysis } = looked;
    const layer = layerAt(looked, depth);
    const drawn = map.draw(view(looked, layer), theme, width);
    drawn.light({ queries: [], locked: [] });
    return html`<figure class="picture">
      <div
        role="img"
        aria-label=${`Attention of ${manifest.name}, layer ${layer + 1}, mean of ${manifest.heads} heads`}
      >
        ${drawn.element}
      </div>
      <figcaption class="quiet small">
        ${shortName(manifest)}, layer ${layer + 1} of ${layersOf(looked)}, mean of ${manifest.heads}
        heads · ${duration(analysis.runMs)}
      </figcaption>
    </figure>`;
  }
}

const attentionOf = ({ analysis }: Looked) =>
  analysis.attentions.find(({ kind }) => kind === 'encoder' || kind === 'decoder');

const layersOf = (looked: Looked): number => attentionOf(looked)?.shape[0] ?? 1;

const layerAt = (looked: Looked, depth: number): number =>
  Math.min(layersOf(looked) - 1, Math.floor(depth * layersOf(looked)));

/** [S, S], the mean over heads. */
function meanOfHeads(looked: Looked, layer: number): Float32Array<ArrayBuffer> {
  const attention = attentionOf(looked);
  const [, heads = 1, queries = 0, keys = 0] = attention?.shape ?? [];
  const mean = new Float32Array(queries * keys);
  for (let head = 0; head < heads; head++) {
    const start = (layer * heads + head) * mean.length;
    for (let index = 0; index < mean.length; index++) {
      mean[index]! += (attention?.weights[start + index] ?? 0) / heads;
    }
  }
  return mean;
}

/** Of all attention, the share that goes to tokens after the one that looks. */
function shareAfter(looked: Looked, depth: number): number {
  const mean = meanOfHeads(looked, layerAt(looked, depth));
  const size = Math.sqrt(mean.length);
  let after = 0;
  for (let query = 0; query < size; query++) {
    for (let key = query + 1; key < size; key++) {
      after += mean[query * size + key] ?? 0;
    }
  }
  return size > 0 ? after / size : 0;
}

function viewOf(looked: Looked, layer: number): MatrixView {
  const { analysis, text } = looked;
  const units = tokenUnits({
    ...{ tokens: analysis.source, texts: [text], side: 'source' },
    spelling: 'characters',
  });
  const weights = meanOfHeads(looked, layer);
  const looksBack = attentionOf(looked)?.kind === 'decoder';
  const axes = { queries: units, keys: units, looksBack };
  return matrixView(weights, [units.length, units.length], axes, false);
}
