/** The same sentence to a model that looks both ways and to one that may only look back. */
import * as v from 'valibot';
import { html, nothing, type TemplateResult } from 'lit';
import { hasAttention } from '../../../../src/common/protocol/engine/capabilities';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { matrixView, type MatrixView } from '../../../matrix/matrixView';
import { tokenUnits } from '../../../matrix/units';
import { memo } from '../../../common/store';
import { shortName } from '../../../common/models';
import type { Theme } from '../../../common/theme';
import {
  atRest,
  type LivePart,
  type PartContext,
  PartStore,
  type PartView,
  type RunningState,
  stateOf,
} from '../../part/livePart';
import { attentionMap, type AttentionMap } from '../../part/attentionMap';
import { figureWidth, frame, picturePlace } from '../../part/frame';
import { isLarge, megabytes, offer } from '../../part/translators';
import { slider } from '../../part/controls';
import { percent } from '../../../../src/common/text/percent';
import { duration } from '../../../common/numbers';

const settings = v.object({
  /** How deep, as a share of the layers. */
  depth: v.fallback(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.5),
});

/** A model and what it made of a text. */
interface ModelRun {
  readonly manifest: Manifest;
  readonly analysis: Analysis;
  readonly text: string;
}

interface State extends RunningState {
  readonly depth: number;
  readonly both: ModelRun | undefined;
  readonly left: ModelRun | undefined;
}

export const bothSides = (context: PartContext): LivePart => new BothSides(context);

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
    const share = (run: ModelRun) =>
      `${shortName(run.manifest)} ${percent(shareAfter(run, depth))}`;
    return `Of all attention, this much goes to later words: ${share(both)}${left?.text === both.text ? `, ${share(left)}` : ''}.`;
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
    const half = figureWidth(2, width);
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
          valueText: both ? `${layerAt(both, depth) + 1} of ${layersOf(both)}` : '',
          onInput: value => {
            this.#store.update({ depth: value });
            this.context.keep({ depth: value });
          },
        })}
        <div class="charts">
          ${
            both
              ? this.#picture(both, this.#viewOfBoth, this.#mapOfBoth, depth, theme, half)
              : picturePlace(this.#both)
          }
          ${
            left
              ? this.#picture(left, this.#viewOfLeft, this.#mapOfLeft, depth, theme, half)
              : this.#left && this.#withLeft
                ? picturePlace(this.#left)
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
    run: ModelRun,
    view: typeof viewOf,
    map: AttentionMap,
    depth: number,
    theme: Theme,
    width: number,
  ): TemplateResult {
    const { manifest, analysis } = run;
    const layer = layerAt(run, depth);
    const drawn = map.draw(view(run, layer), theme, width);
    drawn.light({ queries: [], locked: [] });
    return html`<figure class="picture">
      <div
        role="img"
        aria-label=${`Attention of ${manifest.name}, layer ${layer + 1}, mean of ${manifest.heads} heads`}
      >
        ${drawn.element}
      </div>
      <figcaption class="quiet small">
        ${shortName(manifest)}, layer ${layer + 1} of ${layersOf(run)}, mean of ${manifest.heads}
        heads · ${duration(analysis.runMs)}
      </figcaption>
    </figure>`;
  }
}

const attentionOf = ({ analysis }: ModelRun) =>
  analysis.attentions.find(({ kind }) => kind === 'encoder' || kind === 'decoder');

const layersOf = (run: ModelRun): number => attentionOf(run)?.shape[0] ?? 1;

const layerAt = (run: ModelRun, depth: number): number =>
  Math.min(layersOf(run) - 1, Math.floor(depth * layersOf(run)));

/** [S, S], the mean over heads. */
function meanOfHeads(run: ModelRun, layer: number): Float32Array<ArrayBuffer> {
  const attention = attentionOf(run);
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

/** The share of all attention that goes to tokens after the one that looks. */
function shareAfter(run: ModelRun, depth: number): number {
  const mean = meanOfHeads(run, layerAt(run, depth));
  const size = Math.sqrt(mean.length);
  let after = 0;
  for (let query = 0; query < size; query++) {
    for (let key = query + 1; key < size; key++) {
      after += mean[query * size + key] ?? 0;
    }
  }
  return size > 0 ? after / size : 0;
}

function viewOf(run: ModelRun, layer: number): MatrixView {
  const { analysis, text } = run;
  const units = tokenUnits({
    ...{ tokens: analysis.source, texts: [text], side: 'source' },
    spelling: 'characters',
  });
  const weights = meanOfHeads(run, layer);
  const looksBack = attentionOf(run)?.kind === 'decoder';
  const axes = { queries: units, keys: units, looksBack };
  return matrixView(weights, [units.length, units.length], axes, false);
}
