/** The page of next tokens as a template. */
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { errorAbove, errorNotice } from '../elements/errorNotice';
import { icon } from '../elements/icons';
import { textToCome } from '../elements/textToCome';
import { visibleText } from '../../src/common/text/tokenText';
import { staleNotice } from '../elements/staleNotice';
import { progress } from '../common/progress';
import type { Actions } from './actions';
import { bars } from './bars';
import { beamSection, branchSection } from './trees';
import { isOwn } from './distribution';
import { sampling } from './filters';
import { header } from './header';
import { keyOf } from './gridReader';
import { layerGrid } from './gridView';
import { lens } from './lens';
import { maskView } from './maskView';
import { branchesOf, type NextState, readSubject, readTokens } from './nextState';
import { coloringRow } from './textTokens';
import type { ViewModel } from './viewModel';
import { positionBar, textSoFar, writing } from './position';
import { wordsOf, writtenText } from './describe';
import { count } from '../common/numbers';

const selectTitle = 'Show Next Tokens at the Caret';

export interface Parts {
  /** Of the followed token's rank; undefined where there is none. */
  readonly chart: Element | undefined;
  /** Of the ranks at the chosen position of the grid. */
  readonly curves: Element | undefined;
  /** Branches and layers stand beside the bars, and the controls are open from the start. */
  readonly isWide: boolean;
}

/** The whole page. */
export function template(
  state: NextState,
  viewModel: ViewModel | undefined,
  parts: Parts,
  actions: Actions,
): TemplateResult {
  const { saved, shown, error, work } = state;
  const picture = viewModel
    ? prediction(state, viewModel, parts, actions)
    : shown?.kind === 'masks'
      ? html`<div class="stage">${maskView(shown, actions)}</div>`
      : undefined;
  return html`${progress(work)} ${header(state, actions)}
    ${staleNotice(state.isStale, actions.showSelection)}
    ${shown && !error ? cutNotice(state, viewModel, actions) : nothing}
    <main class="sheet" aria-busy=${work !== undefined}>
      ${
        error
          ? errorAbove(errorNotice(error, actions, selectTitle), picture)
          : (picture ?? (saved.subject || !state.isStarted ? waiting(state) : emptyNotice(actions)))
      }
    </main>`;
}

function prediction(
  state: NextState,
  viewModel: ViewModel,
  { chart, curves, isWide }: Parts,
  actions: Actions,
): TemplateResult {
  const { saved, spellings, work } = state;
  const { shown, bent, vocabSize, lens: lensView } = viewModel;
  const branches = branchesOf(saved);
  const isOld = work?.isSlow === true;
  const subject = readSubject(saved) ?? shown.subject;
  const [{ text }] = subject.segments;
  const read = readTokens(state);
  const scores = state.scores?.subject === subject ? state.scores : undefined;
  const isGridCurrent = state.layers.isOpen && state.layers.grid?.key === keyOf(saved);
  const view = { read, scores, coloring: saved.coloring, place: state.place, spellings };
  const replaced = saved.held > 0 ? (saved.subject?.segments[0].text.slice(-saved.held) ?? '') : '';
  const canInsert = shown.subject === subject && writtenText(shown) !== '';
  // A control moves many times a second, and trees have thousands of tokens: what it does not change is not made again.
  return html`<div
    class="stage"
    @keydown=${(event: KeyboardEvent) => {
      if (event.key === 'Escape' && state.place !== undefined) {
        event.preventDefault();
        actions.look(undefined);
      }
    }}
  >
    <div class="column text-part">
      ${guard([text, branches, ...Object.values(view)], () => textSoFar(text, branches, view, actions))}
      ${coloringRow(saved.coloring, view.scores !== undefined, actions)}
      ${positionBar(branches, { canInsert, replaced, isTreeOpen: saved.tree, pace: state.pace, place: state.place, textLength: read?.tokens.length ?? 0 }, actions)}
      <p class="spoken-words" title=${wordsOf(state, viewModel)}>${wordsOf(state, viewModel)}</p>
    </div>
    <aside class="column side" aria-label="Branches and layers">
      ${
        saved.tree
          ? guard([branches, spellings, state.probabilities], () => branchSection(state, actions))
          : nothing
      }
      ${guard([state.beams, branches, spellings, saved.subject?.modelId], () =>
        beamSection(state, actions),
      )}
      <section class="part">
        ${sectionToggle('Through the Layers', saved.lens, actions.toggleLens)}
        ${
          lensView
            ? guard([lensView, chart, spellings], () => lens(lensView, chart, spellings, actions))
            : saved.lens
              ? html`<p class="quiet">
                  ${work ? 'Asking each layer …' : 'This model cannot tell what its layers would say.'}
                </p>`
              : nothing
        }
      </section>
    </aside>
    <div class=${`bars-part${isOld ? ' dimmed' : ''}`}>
      ${bars(viewModel.bars, bent, { isOwn: isOwn(saved.controls), vocabSize }, actions)}
    </div>
    <div class="foot">
      ${sampling(saved.controls, bent, vocabSize, saved.sampling ?? isWide, actions)}
      ${writing(state, actions)}
    </div>
    <section class="part layer-part">
      ${sectionToggle('Positions and Layers', state.layers.isOpen, actions.layers.toggle)}
      ${
        state.layers.isOpen
          ? guard([state.layers, spellings, isGridCurrent, shown.prediction, curves], () =>
              layerGrid(
                {
                  ...{ layers: state.layers, spellings, isCurrent: isGridCurrent, vocabSize },
                  ids: shown.prediction.source.map(({ id }) => id),
                  chart: curves,
                },
                actions.layers,
              ),
            )
          : nothing
      }
    </section>
  </div>`;
}

function sectionToggle(title: string, isOpen: boolean, toggle: () => void): TemplateResult {
  return html`<h2>
    <button
      class=${`section-toggle${isOpen ? ' open' : ''}`}
      aria-expanded=${isOpen}
      @click=${toggle}
    >
      ${icon('chevron-right')}${title}
    </button>
  </h2>`;
}

/** Nothing to look at yet: one sentence, one button. */
const emptyNotice = (actions: Actions) =>
  html`<div class="notice">
    <p>Put the caret into a text to see what a model would write there.</p>
    <vscode-button @click=${actions.showSelection}>${selectTitle}</vscode-button>
  </div>`;

/** Whether its end is a bad place to look, what of the text was not taken, and what of it did not fit the model. */
function cutNotice(
  { shown, saved }: NextState,
  viewModel: ViewModel | undefined,
  actions: Actions,
): TemplateResult | typeof nothing {
  if (!shown) {
    return nothing;
  }
  const { cutLength } = shown.subject;
  const { dropped } = shown.kind === 'next' ? shown.prediction : shown.analysis;
  const where = shown.kind === 'next' ? 'first' : 'last';
  const { held } = saved;
  const isOfThisText = shown.subject === readSubject(saved);
  const end = viewModel && held === 0 && isOfThisText ? viewModel.end : undefined;
  return cutLength === 0 && dropped === 0 && !end && held === 0
    ? nothing
    : html`<div class="cut">
        ${
          end
            ? html`<span
                >${end.why}
                <button class="text-button" @click=${() => actions.lookFrom(end.held)}>
                  ${end.action}
                </button></span
              >`
            : nothing
        }
        ${
          held > 0
            ? html`<span
                >Looked at from before
                “${visibleText(saved.subject?.segments[0].text.slice(-held) ?? '')}”.
                <button class="text-button" @click=${() => actions.lookFrom(0)}>
                  Back to the Caret
                </button></span
              >`
            : nothing
        }
        ${
          dropped > 0
            ? html`<span
                >The text is longer than the model can read: its ${where} ${count(dropped, 'token')}
                are left out.</span
              >`
            : nothing
        }
        ${
          cutLength > 0
            ? html`<span>${count(cutLength, 'character')} before this were not taken.</span>`
            : nothing
        }
      </div>`;
}

/** Before the first answer: the text it will be of, and its place kept. */
const waiting = ({ saved, tokenized }: NextState) =>
  html`<section class="stage waiting" aria-label="Text">
    ${textToCome(readSubject(saved), tokenized, 'end')}
  </section>`;
