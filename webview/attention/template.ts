/** The whole page as a template. */
import { html, nothing, type TemplateResult } from 'lit';
import { errorNotice } from '../elements/errorNotice';
import { icon } from '../elements/icons';
import { textToCome } from '../elements/textToCome';
import type { Theme } from '../common/theme';
import { progress } from '../common/progress';
import type { Actions } from './actions';
import type { AttentionState } from './attentionState';
import { header, toggles, viewToggle } from './header';
import { headsInWords } from '../matrix/heads';
import { navigator } from './navigator';
import { cutNotice, emptyNotice, selectTitle, translations } from './notices';
import type { ViewModel } from './viewModel';
import type { PictureArea } from './picture';

export interface Parts {
  readonly picture: PictureArea;
  readonly thumbnails: HTMLCanvasElement | undefined;
  /** The picture for a screen reader; filled while the browser is idle. */
  readonly table: HTMLElement;
  readonly theme: Theme;
}

/** The whole page. */
export function template(
  state: AttentionState,
  viewModel: ViewModel | undefined,
  { picture, thumbnails, table, theme }: Parts,
  actions: Actions,
): TemplateResult {
  const { saved, error, work, shown, isRailOpen } = state;
  const isDimmed = work?.isSlow === true && shown !== undefined;
  const isBare = !error && !viewModel && (!saved.subject || !state.isStarted) && !work;
  return html`${progress(work)} ${header(state, actions)}
    ${shown && !error ? cutNotice(shown, state, actions) : nothing}
    <main class="body" aria-busy=${work !== undefined}>
      ${
        error
          ? errorNotice(error, actions, selectTitle)
          : viewModel && thumbnails
            ? html`<aside class=${`rail${isRailOpen ? ' open' : ''}`}>
                  <div class="rail-bar">
                    <button
                      class="rail-button"
                      aria-expanded=${isRailOpen}
                      aria-controls="rail-content"
                      @click=${actions.toggleRail}
                    >
                      ${icon('chevron-down')}
                      <span
                        >${capitalized(headsInWords(viewModel.choice, viewModel.attention.shape))}</span
                      >
                    </button>
                    ${viewToggle(saved, actions)}
                  </div>
                  <div class="rail-content" id="rail-content">
                    ${navigator(viewModel, saved.heads, thumbnails, actions)}
                    ${toggles(saved, viewModel, actions)}
                  </div>
                </aside>
                <section class=${`stage${isDimmed ? ' dimmed' : ''}`} aria-label="Picture">
                  ${translations(viewModel.shown, state, actions)}
                  ${picture.template(viewModel, state, theme)} ${table}
                </section>`
            : isBare && state.isStarted
              ? emptyNotice(actions)
              : waiting(state)
      }
    </main>`;
}

/** Before the first picture: the text it will be of, and its place kept. */
const waiting = ({ saved, tokenized }: AttentionState): TemplateResult =>
  html`<section class="stage waiting" aria-label="Picture">
    ${textToCome(saved.subject, tokenized, 'start')}
  </section>`;

const capitalized = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
