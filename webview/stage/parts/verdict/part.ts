/** What a classifier makes of the text, and of the text without each of its words. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Classification } from '../../../../src/common/protocol/engine/classify';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { hex, inkOn, mix } from '../../../charts/colorScale';
import { focusableIn, moveFocus } from '../../../elements/focusKeys';
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
import { type OmissionEffect, omissionEffects, points, reachOf } from './omissionEffects';
import { frame } from '../../part/frame';
import { percent } from '../../../../src/common/text/percent';
import { count, duration } from '../../../common/numbers';

interface State extends RunningState {
  readonly text: string;
  readonly judged: Classification | undefined;
  /** The index of the word under the pointer. */
  readonly pointed: number | undefined;
}

export const verdict = (context: PartContext): LivePart => new Verdict(context);

class Verdict implements LivePart {
  readonly title = 'What moved the verdict';
  readonly #store;
  readonly #model: Manifest | undefined;
  #sentence = '';

  constructor(private readonly context: PartContext) {
    this.#model = context.models.find(({ classes }) => classes?.length === 2);
    this.#store = new PartStore<State>(
      { ...atRest, text: '', judged: undefined, pointed: undefined },
      () => context.changed(),
    );
  }

  get state(): PartState {
    return stateOf(this.#store.state, !this.#model, this.#store.state.judged !== undefined);
  }

  /** The class that the probability is of. */
  get #class(): string {
    return this.#model?.classes?.[1] ?? '';
  }

  get words(): string {
    const { text, judged } = this.#store.state;
    if (!judged) {
      return 'Did the writer like it? A classifier that learned from reviews of films reads your text.';
    }
    const effects = omissionEffects(text, judged);
    const strongest = effects.toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points))[0];
    const whole = `${percent(judged.probabilities[1] ?? 0)} ${this.#class}`;
    return strongest
      ? `${whole}. ${effectInWords(strongest, this.#class)} No other part moves it further.`
      : `${whole}.`;
  }

  readonly values = {};

  show(sentence: string): void {
    this.#sentence = sentence;
    void this.#judge();
  }

  cancel(): void {
    this.#store.cancel();
  }

  async #judge(): Promise<void> {
    const [modelId, text] = [this.#model?.id, this.#sentence];
    if (modelId === undefined) {
      return;
    }
    const judge = async (signal: AbortSignal) => {
      const request = { modelId, text, omissions: true };
      const judged = await this.context.client.classify(request, { signal });
      return { judged, text, pointed: undefined };
    };
    await this.#store.run('Reading your text without each of its words', judge, {
      judged: undefined,
    });
  }

  template({ theme }: PartView): TemplateResult {
    const { work, error, text, judged } = this.#store.state;
    return frame(
      {
        ...{ work, error },
        missing: this.#model ? [] : ['ULMFiT'],
        words: this.words,
        cancel: () => this.cancel(),
        retry: () => void this.#judge(),
      },
      judged
        ? this.#body(text, judged, theme)
        : this.#model
          ? html`<div class="moved-place"></div>`
          : nothing,
    );
  }

  #body(text: string, judged: Classification, theme: Theme): TemplateResult {
    const { pointed } = this.#store.state;
    const effects = omissionEffects(text, judged);
    const reach = reachOf(effects);
    const point = (place: number | undefined) => this.#store.update({ pointed: place });
    const effect = effects[pointed ?? -1];
    return html`<p
        class="moved-text"
        dir="auto"
        role="toolbar"
        aria-label="Words, each with what it moves"
        @keydown=${(event: KeyboardEvent) => moveFocus(event, focusableIn(event, '.moved'), 'across')}
        @pointerleave=${() => point(undefined)}
        @focusout=${() => point(undefined)}
      >
        ${effects.map((effect, place) => word(effect, place, { reach, theme, point, isNext: place === (pointed ?? 0) }))}
      </p>
      <p class="small moved-words">
        ${
          effect
            ? effectInWords(effect, this.#class)
            : html`<span class="quiet"
                >Point at a word, or go through them with the arrow keys.</span
              >`
        }
      </p>
      ${scaleOf(reach, this.#class, theme)}
      <p class="quiet small prose">
        Each word is left out once and the text read again,
        ${count(judged.omissions.length, 'time')} in ${duration(judged.runMs)}. The colour is how
        far that moves the verdict; the moves do not add up, for words work together. It learned
        from reviews of films and is right about three sentences in four: it judges any other text
        too.
        ${
          judged.dropped > 0
            ? html`${count(judged.dropped, 'token')} in the middle of your text were not read.`
            : nothing
        }
      </p>`;
  }
}

interface Look {
  readonly reach: number;
  readonly theme: Theme;
  readonly point: (place: number | undefined) => void;
  /** Whether the tab key leads to it. */
  readonly isNext: boolean;
}

/** A word on its colour; the line under it is whole where it speaks for the class, and dotted where against it. */
function word(
  { before, text, points: moved }: OmissionEffect,
  place: number,
  { reach, theme, point, isNext }: Look,
): TemplateResult {
  const share = Math.abs(moved) / reach;
  const ground = mix(theme.background, moved < 0 ? theme.second : theme.accent, share);
  const style = `background-color: ${hex(ground)}; color: ${hex(inkOn(ground, theme.foreground))}; border-bottom: ${share < 0.05 ? '2px solid transparent' : `2px ${moved < 0 ? 'dotted' : 'solid'} ${hex(moved < 0 ? theme.second : theme.accent)}`}`;
  return html`${before}<button
      class="moved"
      style=${style}
      tabindex=${isNext ? 0 : -1}
      aria-label=${`${text}: ${points(moved)}`}
      @pointerenter=${() => point(place)}
      @focus=${() => point(place)}
    >
      ${text}
    </button>`;
}

function effectInWords({ text, points: moved, without }: OmissionEffect, name: string): string {
  const way =
    Math.abs(moved) < 0.05
      ? 'it moves nothing'
      : `it moves the verdict ${moved > 0 ? 'towards' : 'away from'} ${name} by ${Math.abs(moved).toFixed(1)} points`;
  return `Without “${text}” it would be ${percent(without)} ${name}: ${way}.`;
}

/** The scale with its true ends. */
function scaleOf(reach: number, name: string, { background, accent, second }: Theme) {
  const ramp = `linear-gradient(in oklab to right, ${hex(second)}, ${hex(background)}, ${hex(accent)})`;
  return html`<div
    class="signed-scale small quiet"
    role="img"
    aria-label=${`Colour scale from ${points(-reach)} of ${name}, dotted, over 0 to ${points(reach)}, with a whole line`}
  >
    <span>${points(-reach)}</span><span class="ramp" style=${`background: ${ramp}`}></span
    ><span>${points(reach)} ${name}</span>
  </div>`;
}
