/** The encoder-decoder of 2014 unrolled: the state after each word, the context, and what is written from it. */
import type { TemplateResult } from 'lit';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { cautionOf } from '../../../common/caution';
import { stateOf } from '../../math/unrolledLstm';
import { lengthOf } from '../../math/vectors';
import { frame, picturePlace } from '../../part/frame';
import {
  atRest,
  type LivePart,
  type PartContext,
  PartStore,
  type PartView,
  reportRun,
  stateOf as partStateOf,
} from '../../part/livePart';
import { isLstmTranslator } from '../../part/translators';
import {
  movedBy,
  parseSettings,
  type ReadingState,
  runOf,
  type Settings,
  type UnrolledRun,
  writtenAt,
} from './state';
import { createView } from './view';
import { percent } from '../../../../src/common/text/percent';
import { count, thousands } from '../../../common/numbers';

/** Between two words while it plays, in ms. */
const stepMs = 450;
/** Candidates to ask for at each written word: the beam seldom takes one that is not among them. */
const candidateCount = 10;

export const reading = (context: PartContext): LivePart => new Reading(context);

class Reading implements LivePart {
  readonly title = 'Word by word into one vector';
  readonly #store;
  readonly #model;
  readonly #view = createView({
    set: change => this.#set(change),
    goTo: step => this.#goTo(step),
    togglePlaying: last => this.#togglePlaying(last),
  });
  #text = '';
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly context: PartContext) {
    this.#model = context.models.find(isLstmTranslator);
    this.#store = new PartStore<ReadingState>(
      {
        ...{ ...atRest, settings: parseSettings(context.settings) },
        ...{ run: undefined, step: 0, isPlaying: false },
      },
      () => context.changed(),
    );
  }

  get state(): PartState {
    return partStateOf(this.#store.state, !this.#model, this.#store.state.run !== undefined);
  }

  get words(): string {
    const { run, step } = this.#store.state;
    if (!this.#model) {
      return 'Its model is not in this version.';
    }
    if (!run) {
      return 'The encoder reads your sentence word by word; the decoder writes from what is left of it.';
    }
    return step < run.network.read.length ? readInWords(run, step) : writtenInWords(run, step);
  }

  get values(): Partial<Record<ValueId, string>> {
    const { run, step } = this.#store.state;
    if (!run) {
      return {};
    }
    const { network, labels } = run;
    const encoderSteps = network.read.length;
    const top = network.hidden.at(-1) ?? new Float32Array();
    const vector = (at: number) =>
      `${thousands(network.size)} numbers, length ${lengthOf(stateOf(top, network.size, at)).toFixed(2)}`;
    const lastRead = Math.min(step, encoderSteps - 1);
    const written = step >= encoderSteps ? writtenAt(run, step) : undefined;
    return {
      'reading.word': `“${labels[lastRead] ?? ''}”, step ${lastRead + 1}`,
      'reading.hidden': vector(lastRead),
      'reading.context': `${thousands(network.context.length)} numbers`,
      'reading.state': written ? vector(step) : 'not begun',
      'reading.previous': written ? `“${written.previous}”` : 'not begun',
      'reading.probability': written
        ? `${written.chosen ? percent(written.chosen.probability) : '…'} for “${labels[step] ?? ''}”`
        : 'not begun',
    };
  }

  show(sentence: string): void {
    this.#text = sentence;
    void this.#read();
  }

  cancel(): void {
    this.#stop();
    this.#store.cancel();
  }

  async #read(): Promise<void> {
    const modelId = this.#model?.id;
    if (modelId === undefined) {
      return;
    }
    this.#stop();
    const text = this.#text;
    await this.#store.run('Reading and translating', async signal => {
      const analysis = await this.context.client.analyze(
        { modelId, text, hiddenStates: true, attention: false, top: candidateCount },
        { signal },
      );
      signal.throwIfAborted();
      reportRun(this.context, analysis);
      const run = runOf(analysis, text);
      return run ? { run, step: run.network.read.length - 1 } : {};
    });
  }

  #set(change: Partial<Settings>): void {
    const settings = { ...this.#store.state.settings, ...change };
    this.#store.update({ settings });
    this.context.keep(settings);
  }

  #goTo(step: number): void {
    this.#stop();
    this.#store.update({ step });
  }

  #togglePlaying(last: number): void {
    if (this.#timer !== undefined) {
      this.#stop();
      return;
    }
    const { step } = this.#store.state;
    this.#store.update({ isPlaying: true, step: step >= last ? 0 : step });
    this.#timer = setInterval(() => {
      const next = this.#store.state.step + 1;
      this.#store.update({ step: Math.min(next, last) });
      if (next >= last) {
        this.#stop();
      }
    }, stepMs);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#store.state.isPlaying) {
      this.#store.update({ isPlaying: false });
    }
  }

  template(view: PartView): TemplateResult {
    const { work, error, run } = this.#store.state;
    return frame(
      {
        ...{ work, error, words: this.words },
        caution: run && cautionOf(run.text, run.analysis),
        cancel: () => this.cancel(),
        retry: () => void this.#read(),
      },
      run ? this.#view(run, this.#store.state, view) : picturePlace(this.#model),
    );
  }
}

function readInWords({ analysis, network, labels }: UnrolledRun, step: number): string {
  const label = labels[step] ?? '';
  const tokens = count(network.read.length, 'token');
  const read =
    step === network.read.length - 1
      ? `With “${label}” all is read: what is handed on is ${count(network.context.length, 'number')}, for ${tokens} as for any other number of them.`
      : `The encoder reads “${label}”; its state moves by ${percent(movedBy(network, step))} of its length.`;
  const order = network.isBackwards && step === 0 ? ' It reads from the end.' : '';
  const cut =
    analysis.dropped > 0
      ? ` ${count(analysis.dropped, 'token')} did not fit and were not read.`
      : '';
  return read + order + cut;
}

function writtenInWords(run: UnrolledRun, step: number): string {
  const { previous, chosen, others } = writtenAt(run, step);
  const probability = chosen ? ` (${percent(chosen.probability)})` : '';
  const rest = others
    .map(({ text, probability: share }) => `“${text.trim()}” ${percent(share)}`)
    .join(', ');
  return `The decoder reads “${previous}” and writes “${run.labels[step] ?? ''}”${probability}.${rest ? ` Next likely: ${rest}.` : ''}`;
}
