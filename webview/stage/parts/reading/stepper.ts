/** Buttons that go through steps. */
import { html, type TemplateResult } from 'lit';
import { icon } from '../../../elements/icons';

export interface Stepper {
  /** What a step is: "word". */
  readonly noun: string;
  readonly step: number;
  readonly last: number;
  readonly isPlaying: boolean;
  readonly goTo: (step: number) => void;
  readonly togglePlaying: () => void;
}

/** Back, play and on. A button that can do nothing at an end keeps the focus. */
export const stepper = ({
  noun,
  step,
  last,
  isPlaying,
  goTo,
  togglePlaying,
}: Stepper): TemplateResult => {
  const play = isPlaying ? 'Pause' : `Play, ${noun} by ${noun}`;
  return html`<span class="stepper" role="group" aria-label="Steps">
    <button
      class="icon-button"
      aria-label=${`Previous ${noun}`}
      title=${`Previous ${noun}`}
      aria-disabled=${step <= 0}
      @click=${() => goTo(Math.max(0, step - 1))}
    >
      ${icon('chevron-left')}
    </button>
    <button class="icon-button" aria-label=${play} title=${play} @click=${togglePlaying}>
      ${icon(isPlaying ? 'pause' : 'play')}
    </button>
    <button
      class="icon-button"
      aria-label=${`Next ${noun}`}
      title=${`Next ${noun}`}
      aria-disabled=${step >= last}
      @click=${() => goTo(Math.min(last, step + 1))}
    >
      ${icon('chevron-right')}
    </button>
  </span>`;
};
