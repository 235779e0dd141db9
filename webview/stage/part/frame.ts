/** The frame of a live part, and the room of its figures. */
import { html, nothing, type TemplateResult } from 'lit';
import type { EngineError } from '../../../src/common/errors';
import type { Manifest } from '../../../src/common/protocol/manifest';
import { causeOf } from '../../elements/errorNotice';
import { icon } from '../../elements/icons';
import { progress, type Work, working } from '../../common/progress';

/** What a part shows besides its picture. */
export interface Frame {
  readonly work?: Work | undefined;
  readonly error?: EngineError | undefined;
  readonly cancel?: () => void;
  readonly retry?: () => void;
  /** The names of models that it would need. */
  readonly missing?: readonly string[];
  /** One sentence that says what there is to see. */
  readonly words: string;
  /** Says which words of the text the model can only guess at. */
  readonly caution?: string | undefined;
}

/**
 * A thin line while the part runs, one line of words, an error with its cause and one action. The old picture stays,
 * dimmed, while a new one is made.
 */
export function frame(
  { work, error, cancel, retry, missing = [], words, caution }: Frame,
  body: unknown,
): TemplateResult {
  return html`${progress(work)}
    <div class="part-line">
      <p class="part-words" aria-live="polite">${words}</p>
      ${work?.isSlow && cancel ? working(work, cancel) : nothing}
    </div>
    ${caution === undefined ? nothing : html`<p class="quiet small prose caution">${caution}</p>`}
    ${
      missing.length > 0
        ? html`<p class="quiet missing">
            ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not in this version.
          </p>`
        : nothing
    }
    ${
      error && error.code !== 'cancelled'
        ? html`<div class="notice" role="alert">
            <p class="cause">${icon('error')}${causeOf(error.code)}</p>
            <p class="quiet detail">${error.message}</p>
            ${
              retry
                ? html`<vscode-button appearance="secondary" @click=${retry}
                    >Try Again</vscode-button
                  >`
                : nothing
            }
          </div>`
        : nothing
    }
    <div class=${work?.isSlow ? 'part-body dimmed' : 'part-body'} aria-busy=${work !== undefined}>
      ${body}
    </div>`;
}

/** The place of a picture that is not made yet; nothing where there is no model to make it. */
export const picturePlace = (model: Manifest | undefined) =>
  model ? html`<div class="picture-place"></div>` : nothing;

/** From this width on, figures stand beside each other. */
export const wideFrom = 720;
/** The gap between two of them, as in the stylesheet. */
const figureGap = 24;

/** The width of one of some figures: beside each other where there is room, else below each other. */
export const figureWidth = (count: number, width: number): number =>
  width >= wideFrom ? (width - (count - 1) * figureGap) / count : width;
