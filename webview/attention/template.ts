/** The whole page as a template. */
import type { Thumbnails } from '../matrix/thumbnails';
import { html, nothing, type TemplateResult } from 'lit';
import { errorAbove, errorNotice } from '../elements/errorNotice';
import { icon } from '../elements/icons';
import { textToCome } from '../elements/textToCome';
import type { Theme } from '../common/theme';
import { staleNotice } from '../elements/staleNotice';
import { progress } from '../common/progress';
import type { Actions } from './actions';
import type { AttentionState } from './attentionState';
import { withoutControl } from './ablation/control';
import { withoutSection } from './without';
import { compareButton, comparisonBar } from './comparisonBar';
import { header, toggles, viewToggle } from './header';
import { navigator } from './navigator';
import { cutNotice, emptyNotice, selectTitle } from './notices';
import { translations } from './translations';
import type { ViewModel } from './viewModel';
import { weightsChoice } from './weights/weightsChoice';
import type { PictureArea } from './picture';

export interface Parts {
  readonly picture: PictureArea;
  readonly thumbnails: Thumbnails | undefined;
  /** The picture for a screen reader; filled while the browser is idle. */
  readonly table: HTMLElement;
  /** The syntax of the text; undefined where the model has no parser. */
  readonly syntax: TemplateResult | undefined;
  readonly theme: Theme;
  /** How the weight of a cell was made, where the user looks inside. */
  readonly inside: TemplateResult | typeof nothing;
}

/** The whole page. */
export function template(
  state: AttentionState,
  viewModel: ViewModel | undefined,
  { picture: area, thumbnails, table, syntax, theme, inside }: Parts,
  actions: Actions,
): TemplateResult {
  const { saved, error, work, shown } = state;
  const isDimmed = work?.isSlow === true && shown !== undefined;
  const isBare = !error && !viewModel && (!saved.subject || !state.isStarted) && !work;
  const picture =
    viewModel && thumbnails
      ? html`${rail(state, viewModel, thumbnails, actions)}
          ${withoutSection(state, viewModel, actions)}
          <section class=${`stage${isDimmed ? ' dimmed' : ''}`} aria-label="Picture">
            ${comparisonBar(viewModel, state, actions)} ${translations(viewModel, state, actions)}
            ${area.template(viewModel, state, theme)} ${table} ${syntax}
          </section>`
      : undefined;
  return html`${progress(work)} ${header(state, actions)}
  ${staleNotice(state.isStale, actions.showSelection)}
  ${shown && !error ? cutNotice(shown, state, actions) : nothing}
  ${
    error && picture
      ? errorAbove(
          errorNotice(error, actions, selectTitle),
          html`<main class="body">${picture}</main>`,
        )
      : html`<main class="body" aria-busy=${work !== undefined}>
          ${
            error
              ? errorNotice(error, actions, selectTitle)
              : (picture ?? (isBare && state.isStarted ? emptyNotice(actions) : waiting(state)))
          }
        </main>`
  }
  ${error ? nothing : inside}`;
}

/** Before the first picture: the text it will be of, and its place kept. */
const waiting = ({ saved, tokenized }: AttentionState): TemplateResult =>
  html`<section class="stage waiting" aria-label="Picture">
    ${textToCome(saved.subject, tokenized, 'start')}
  </section>`;

/** The heads, always on the screen, and what is merged and hidden: beside the picture, or above it where there is no room. */
function rail(
  state: AttentionState,
  viewModel: ViewModel,
  pictures: Thumbnails,
  actions: Actions,
): TemplateResult {
  const { saved, areTogglesOpen } = state;
  return html`<aside class="rail">
    <div class="rail-bar">
      ${saved.compare ? nothing : viewToggle(saved, actions)} ${compareButton(saved, actions)}
      <button
        class="rail-button"
        aria-expanded=${areTogglesOpen}
        aria-controls="toggles"
        @click=${actions.openToggles}
      >
        ${icon('chevron-down')}<span>View</span>
      </button>
    </div>
    ${navigator(viewModel, saved.sort, pictures, actions)}
    ${withoutControl(viewModel, saved.ablation?.parts, actions.ablation)}
    <div id="toggles" class=${`rail-toggles${areTogglesOpen ? ' open' : ''}`}>
      ${toggles(saved, viewModel, actions)}
      ${saved.compare ? nothing : weightsChoice(viewModel, state, actions)}
    </div>
  </aside>`;
}
