/** Asks the engine what a model predicts without some of its parts: one question at a time, the newest. */
import type { EngineClient } from '../../../src/common/engineClient/engineClient';
import { EngineError } from '../../../src/common/errors';
import type { AblateRequest } from '../../../src/common/protocol/engine/ablate';
import { capabilitiesOf } from '../../../src/common/protocol/engine/capabilities';
import type { Manifest } from '../../../src/common/protocol/manifest';
import { isPrefixSpace, visibleText } from '../../../src/common/text/tokenText';
import { shortName } from '../../common/models';
import { thousands } from '../../common/numbers';
import type { Unit } from '../../matrix/units';
import type { RunStore } from '../../common/runStore';
import type { AblationState, NamedToken, Question, ShownText } from './ablationState';
import { isNone, partsOf, type Parts } from './parts';

/** What the page shows, while the section is open. */
export interface Context {
  readonly shown: ShownText;
  readonly model: Manifest;
  /** What is switched off. */
  readonly parts: Parts;
  /** Of the search for a translation. */
  readonly beams: number;
}

/** Of a prediction; more than are drawn, so that those most probable before are mostly found among those after. */
const candidates = 50;

/** Whether there is something to predict: an encoder alone predicts only what stands under a mask. */
export const isAskable = ({ shown, model }: Context, question: Question): boolean =>
  capabilitiesOf(model).includes('ablate') &&
  (model.family !== 'encoder-only' ||
    question.place !== undefined ||
    shown.analysis.source.some(({ id }) => id === model.tokens?.mask));

/** The place of a token that a model can be asked about: one that it could read as its mask, or one that it wrote. */
export function placeOf(
  { model }: Pick<Context, 'model'>,
  { side, isSpecial, tokens }: Pick<Unit, 'side' | 'isSpecial' | 'tokens'>,
): number | undefined {
  const isMaskable = model.family === 'encoder-only' && side === 'source' && !isSpecial;
  const isWritten = model.family === 'encoder-decoder' && side === 'target';
  const isThere = capabilitiesOf(model).includes('ablate') && (isMaskable || isWritten);
  return isThere ? tokens[0] : undefined;
}

/** Measures, sweeps, and reads what a user types as a token. */
export class Ablator {
  /** What was typed last at each end of the contrast. */
  readonly #typing: [object?, object?] = [];

  /**
   * @param context undefined where nothing is shown, or the section is closed.
   * @param clean is told what is switched off where the model does not have all of it.
   */
  constructor(
    private readonly store: RunStore<AblationState>,
    private readonly client: () => EngineClient,
    private readonly context: () => Context | undefined,
    private readonly clean: (parts: Parts) => void,
  ) {}

  /** After a new picture, or after something was switched off or on. */
  follow(): void {
    const context = this.context();
    if (!context) {
      this.end();
      return;
    }
    const parts = partsOf(context.model, context.parts);
    if (parts !== context.parts) {
      this.clean(parts);
      return; // It follows again.
    }
    const { question, measured } = this.store.state;
    const now = question?.of === context.shown ? question : this.#newQuestion(context, question);
    this.store.update({ question: now });
    if (measured?.question !== now || measured.parts !== parts || this.store.state.work) {
      void this.#measure(context, now);
    }
  }

  /** Asks something else of the same text. */
  ask(change: Partial<Omit<Question, 'of'>>): void {
    const { question } = this.store.state;
    const context = this.context();
    if (question && context) {
      const next = { ...question, ...change };
      this.store.update({ question: next, note: undefined });
      void this.#measure(context, next);
    }
  }

  /** Switches each head off alone. Where it is cancelled, all stays as it was. */
  async sweep(): Promise<void> {
    const context = this.context();
    const { question } = this.store.state;
    if (!context || !question) {
      return;
    }
    await this.store.run('Switching heads off, one at a time', async signal => {
      const report = await this.client().ablate(
        { ...requestOf(context, question), ablations: 'each-head', top: 0 },
        {
          signal,
          onEffect: ({ index, total }) => {
            if (!signal.aborted) {
              const words = `Switching heads off, one at a time: ${thousands(index + 1)} of ${thousands(total)}`;
              this.store.tell({ words, share: (index + 1) / total });
            }
          },
        },
      );
      return { sweep: { question, report } };
    });
  }

  /** Ends what runs; what was measured stays. */
  end(): void {
    if (this.store.state.work) {
      this.store.cancel();
      this.store.update({ error: undefined });
    }
  }

  /** Takes what a user typed, or chose among the candidates, as one end of the contrast. */
  async contrast(end: 0 | 1, typed: string, known: readonly NamedToken[]): Promise<void> {
    const context = this.context();
    const { question } = this.store.state;
    if (!context || !question) {
      return;
    }
    const typing = {};
    this.#typing[end] = typing;
    const [token, note] = typed.trim() === '' ? [] : await this.#tokenOf(context, typed, known);
    // The other end may have been typed meanwhile, and the same once more.
    const now = this.store.state.question;
    if (now?.of === question.of && this.#typing[end] === typing) {
      const [a, b] = now.contrast;
      this.ask({ contrast: end === 0 ? [token, b] : [a, token] });
      this.store.update({ note });
    }
  }

  #newQuestion({ shown }: Context, before: Question | undefined): Question {
    // An id of the vocabulary means the same in every text.
    const isSameModel = before?.of.subject.modelId === shown.subject.modelId;
    const contrast = before && isSameModel ? before.contrast : ([undefined, undefined] as const);
    return { of: shown, place: undefined, watched: undefined, contrast };
  }

  async #measure(context: Context, question: Question): Promise<void> {
    if (!isAskable(context, question)) {
      this.end();
      return;
    }
    const { model, parts, beams } = context;
    const isOff = !isNone(parts);
    const isTranslator = model.family === 'encoder-decoder';
    await this.store.run(`Running ${shortName(model)}`, async signal => {
      const request = requestOf(context, question);
      // Of each token of a translation, candidates would be many.
      const top = isTranslator && question.place === undefined ? 0 : candidates;
      const report = await this.client().ablate(
        { ...request, top, ablations: isOff ? [parts] : [] },
        { signal },
      );
      const { modelId, text } = request;
      const written =
        isTranslator && isOff
          ? await this.client().generate(
              { modelId, text, strategy: { kind: 'beam', beams }, ablation: parts },
              { signal },
            )
          : undefined;
      return {
        measured: { question, parts, report, translation: written?.text },
        error: undefined,
      };
    });
  }

  /** The first token of what was typed, and what is to be said of it. */
  async #tokenOf(
    { model }: Context,
    typed: string,
    known: readonly NamedToken[],
  ): Promise<readonly [token?: NamedToken | undefined, note?: string | undefined]> {
    const candidate =
      known.find(({ text }) => text === typed) ??
      known.find(({ text }) => text.replace(/^·/u, '') === typed.trim());
    if (candidate) {
      return [candidate];
    }
    // Within a text a word begins with a space, where the vocabulary has one.
    const text = model.family === 'decoder-only' ? ` ${typed.trim()}` : typed.trim();
    try {
      const { tokens } = await this.client().tokenize({ modelId: model.id, text });
      const own = tokens.filter(token => !token.isSpecial && !isPrefixSpace(token, text));
      const [first] = own;
      if (!first) {
        return [];
      }
      const name = visibleText(text.slice(first.start, first.end));
      const note =
        own.length > 1
          ? `“${typed.trim()}” is ${own.length} tokens: its first, “${name}”, is compared.`
          : undefined;
      return [{ id: first.id, text: name }, note];
    } catch (cause) {
      return [undefined, EngineError.is(cause) ? cause.message : String(cause)];
    }
  }
}

function requestOf(
  { shown, model }: Context,
  { place, watched, contrast: [a, b] }: Question,
): Omit<AblateRequest, 'ablations' | 'streamId'> {
  const { analysis, read } = shown;
  const common = {
    modelId: analysis.modelId,
    text: read.text,
    windowStart: analysis.window.start,
    watched: watched?.id,
    contrast: a && b ? ([a.id, b.id] as const) : undefined,
  };
  switch (model.family) {
    case 'encoder-only':
      return { ...common, textPair: read.textPair, masked: place };
    case 'encoder-decoder':
      return { ...common, targetText: analysis.targetText, position: place };
    case 'decoder-only':
      return common;
  }
}
