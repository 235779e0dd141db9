/** The section "Without": what is switched off, and what the model predicts with it and without. */
import { html, nothing, type TemplateResult } from 'lit';
import { capabilitiesOf } from '../../../src/common/protocol/engine/capabilities';
import type { Manifest } from '../../../src/common/protocol/manifest';
import { working } from '../../common/progress';
import { causeOf } from '../../elements/errorNotice';
import { icon } from '../../elements/icons';
import type { AblationActions } from './ablationActions';
import type { AblationState, Measured } from './ablationState';
import { type Context, isAskable } from './ablator';
import { candidateBars, contrastChoice } from './candidates';
import { groupsOf, includes, isNone, largeGroups, type Parts } from './parts';
import { sizeExplanation } from './effect';
import { sweepList } from './sweepList';
import { limits, placeName, summary, watchedName } from './words';

/** The token that the picture speaks of, to be masked or asked about. */
export interface SpokenToken {
  readonly place: number;
  readonly name: string;
}

export interface SectionOptions {
  readonly context: Context;
  readonly state: AblationState;
  /** Undefined where none could be asked about. */
  readonly spoken: SpokenToken | undefined;
  /** Models that could be chosen instead where this one predicts nothing. */
  readonly others: readonly Manifest[];
  readonly chooseModel: (modelId: string) => void;
}

export function ablationSection(options: SectionOptions, actions: AblationActions): TemplateResult {
  const { context, state } = options;
  const { model, parts } = context;
  return html`<section class="without" aria-label="Without some parts">
    ${bar(model, parts, state, actions)}
    <button
      class="icon-button"
      aria-label="Close, and switch all on again"
      title="Close, and switch all on again"
      @click=${actions.close}
    >
      ${icon('close')}
    </button>
    ${body(options, actions)}
  </section>`;
}

/** What is off, what else could be, and the way back. */
function bar(
  model: Manifest,
  parts: Parts,
  { work }: AblationState,
  actions: AblationActions,
): TemplateResult {
  const more = largeGroups(model).filter(group => !includes(parts, group.parts));
  return html`<div class="without-bar">
    <h2>Without</h2>
    ${groupsOf(model, parts).map(
      ({ name, words, parts: own }) =>
        html`<button
          class="chip"
          title=${`Switch ${words} on again`}
          aria-label=${`${name}: switch on again`}
          @click=${() => actions.switchOn(own)}
        >
          ${name}${icon('close')}
        </button>`,
    )}
    ${
      more.length > 0
        ? html`<select
            aria-label="Switch off more"
            .value=${''}
            @change=${(event: Event) => {
              const { target } = event;
              const group = target instanceof HTMLSelectElement && more[Number(target.value)];
              if (group && target.value !== '') {
                target.value = '';
                actions.switchOff(group.parts);
              }
            }}
          >
            <option value="">Layers and more…</option>
            ${more.map(({ name }, index) => html`<option value=${index}>${name}</option>`)}
          </select>`
        : nothing
    }
    ${
      isNone(parts)
        ? nothing
        : html`<button
            class="text-button"
            title="Switch all on again (Escape)"
            @click=${actions.takeBack}
          >
            Take Back
          </button>`
    }
    <span class="without-work"
      >${
        work?.isSlow
          ? html`<progress
                max="1"
                aria-hidden="true"
                .value=${work.share ?? 0}
                ?hidden=${work.share === undefined}
              ></progress>
              ${working(work, actions.cancel)}`
          : nothing
      }</span
    >
  </div>`;
}

function body(options: SectionOptions, actions: AblationActions): TemplateResult {
  const { context, state } = options;
  const { question, error } = state;
  if (!capabilitiesOf(context.model).includes('ablate')) {
    return predictsNothing(options);
  }
  if (error) {
    return html`<p class="without-words" role="alert">
      ${error.code === 'input-invalid' ? error.message : causeOf(error.code)}
    </p>`;
  }
  if (!question || !isAskable(context, question)) {
    return askForMask(options.spoken, actions);
  }
  // Of an earlier text nothing stays; of this one what was measured, until the next is.
  const measured = state.measured?.question.of === context.shown ? state.measured : undefined;
  return measured
    ? results(options, measured, actions)
    : html`<p class="without-words quiet">${state.work?.words ?? 'Nothing is measured yet.'}</p>`;
}

function results(
  { context, state, spoken }: SectionOptions,
  measured: Measured,
  actions: AblationActions,
): TemplateResult {
  const { model, parts } = context;
  const { question } = state;
  const isTranslation = model.family === 'encoder-decoder';
  const isWhole = isTranslation && measured.question.place === undefined;
  const name = watchedName(measured);
  const [a, b] = measured.question.contrast;
  const about = isWhole
    ? 'this translation'
    : a && b
      ? `“${a.text}” rather than “${b.text}”`
      : `“${name}”`;
  return html`<p class="without-words" role="status" title=${sizeExplanation}>
      ${summary(model, measured)}
    </p>
    <div class=${`without-results${state.work?.isSlow && !state.work.share ? ' dimmed' : ''}`}>
      <div class="effect">
        ${isTranslation ? translations(model, measured) : nothing}
        ${isWhole ? nothing : candidateBars(measured, place(model, measured), actions)}
        ${isWhole || !question ? nothing : contrastChoice(question, measured, state.note, actions)}
        ${model.family === 'decoder-only' ? nothing : placeChoice(measured, spoken, isTranslation, actions)}
      </div>
      ${sweepList(model, parts, state, about, actions)}
    </div>
    <p class="quiet limits">${limits}</p>`;
}

/** Where the candidates would stand. */
function place(model: Manifest, { question, report }: Measured): TemplateResult {
  const name = placeName(question, report);
  if (name !== undefined) {
    return html`In the place of <bdi class="code">${name}</bdi>`;
  }
  return model.family === 'decoder-only'
    ? html`Next token`
    : html`In the place of the ${report.places.length > 1 ? 'first ' : ''}mask`;
}

/** What is asked about can be changed without a double click. */
function placeChoice(
  { question }: Measured,
  spoken: SpokenToken | undefined,
  isTranslation: boolean,
  actions: AblationActions,
): TemplateResult | typeof nothing {
  const asked = question.place;
  const isOther = spoken !== undefined && spoken.place !== asked;
  return html`<p class="place-choice">
    ${
      isOther
        ? html`<button class="text-button" @click=${() => actions.askAt(spoken.place)}>
            ${isTranslation ? 'Ask about' : 'Mask'} “${spoken.name}”
          </button>`
        : nothing
    }
    ${
      asked === undefined
        ? nothing
        : html`<button class="text-button" @click=${() => actions.askAt(asked)}>
            ${isTranslation ? 'Ask about all of it' : 'Unmask'}
          </button>`
    }
  </p>`;
}

/** One sentence, one button. */
const askForMask = (spoken: SpokenToken | undefined, actions: AblationActions): TemplateResult =>
  html`<div class="without-words">
    <p>
      This model predicts what stands under a mask: double-click a token of the text to mask it.
    </p>
    ${
      spoken
        ? html`<vscode-button appearance="secondary" @click=${() => actions.askAt(spoken.place)}
            >Mask “${spoken.name}”</vscode-button
          >`
        : nothing
    }
  </div>`;

/** What there is instead. */
const predictsNothing = ({ context, others, chooseModel }: SectionOptions): TemplateResult =>
  html`<div class="without-words">
    <p>
      ${context.model.name} predicts no word, so nothing could be seen to change.
      ${others.length > 0 ? 'These do:' : ''}
    </p>
    ${others.map(
      ({ id, name }) =>
        html`<button class="text-button" @click=${() => chooseModel(id)}>${name}</button>`,
    )}
  </div>`;

/** Old and new, one under the other. */
function translations(model: Manifest, { report, translation, parts }: Measured): TemplateResult {
  const lang = model.languages?.target ?? nothing;
  return html`<dl class="both-translations">
    <dt class="quiet before-title">before</dt>
    <dd lang=${lang}>${report.targetText}</dd>
    ${
      isNone(parts)
        ? nothing
        : html`<dt class="quiet after-title">after</dt>
            <dd lang=${lang}>${translation?.trim() === '' ? '(nothing)' : translation}</dd>`
    }
  </dl>`;
}
