/** The whole page of stages, with its diagram and its sources. */
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import {
  type Lesson,
  type Sources,
  spansOf,
  type Target,
  type ValueId,
} from '../../../src/common/content/lesson';
import type { StageStart } from '../../../src/common/protocol/pages/stage';
import { pictureRoom } from '../../common/page';
import type { Theme } from '../../common/theme';
import { createDiagramDrawer, diagramPlace, layoutStep } from '../../diagram/diagramDrawer';
import { errorNotice } from '../../elements/errorNotice';
import { cite, link, prose, shortName } from '../../elements/prose';
import { type Actions, lessonOf, type StageState } from './state';
import { equations } from './equations';
import type { PartOfStage } from './partSet';
import { tryIt } from './tryIt';
import type { Store } from '../../common/store';

export function template(
  state: StageState,
  parts: readonly PartOfStage[],
  theme: Theme,
  actions: Actions,
): TemplateResult {
  const { book, error } = state;
  const lesson = lessonOf(state);
  const content = error
    ? errorNotice(error, actions, 'Choose a Stage')
    : book && lesson && stage(state, book, lesson, parts, theme, actions);
  // Nothing is painted before there are words: the places, which come with them, would push it down.
  return html`${book && lesson ? places(book, lesson, actions) : nothing}
  ${content ? html`<main class="lesson" tabindex="-1">${content}</main>` : nothing}`;
}

/** The stages as a line of time, always on top. */
const places = ({ lessons }: StageStart, current: Lesson, actions: Actions) =>
  html`<nav class="places" aria-label="Stages">
    <ol>
      ${lessons.map(
        lesson =>
          html`<li>
            <button
              class="place"
              aria-current=${lesson === current ? 'step' : nothing}
              title=${lesson.title}
              @click=${() => actions.goTo(lesson.id)}
            >
              <span class="years">${lesson.years}</span
              ><span class="place-name">${lesson.name}</span>
            </button>
          </li>`,
      )}
    </ol>
  </nav>`;

function stage(
  state: StageState,
  { lessons, sources }: StageStart,
  lesson: Lesson,
  parts: readonly PartOfStage[],
  theme: Theme,
  actions: Actions,
): TemplateResult {
  const width = pictureRoom(state.pageWidth ?? 800);
  const values: Partial<Record<ValueId, string>> = {};
  parts.forEach(({ part }) => Object.assign(values, part.values));
  return html`<article>
    <header>
      <p class="quiet">${lesson.years} · ${lesson.name}</p>
      <h1>${lesson.title}</h1>
      <p class="prose"><span class="quiet">Before:</span> ${lesson.before}</p>
    </header>
    ${lesson.idea.map(each => html`<p class="prose">${prose(each, sources, actions)}</p>`)}
    ${diagram(state, lesson, width)}
    ${equations(lesson, { sources, values, symbol: state.symbol }, actions)}
    ${tryIt(state, lesson, sources, actions)}
    ${parts.map(
      ({ id, part, version }) =>
        html`<section class="part" id=${`part-${id}`} aria-labelledby=${`part-${id}-title`}>
          <h2 id=${`part-${id}-title`} tabindex="-1">${part.title}</h2>
          ${guard([part, version, theme, width], () => part.template({ theme, width }))}
        </section>`,
    )}
    ${experiment(lesson, sources, actions)} ${figures(lesson, sources, actions)}
    ${leftOpen(lesson, lessons, actions)} ${sourceList(lesson, sources, actions)}
  </article>`;
}

function diagram(
  { diagram: drawn, diagramError }: StageState,
  lesson: Lesson,
  width: number,
): TemplateResult {
  const isOurs = drawn?.lesson === lesson;
  return html`<figure class="diagram">
    ${diagramPlace(lesson.diagram.size, width, isOurs ? drawn.element : undefined)}
    <figcaption class="quiet">
      ${lesson.diagram.words} ${diagramError && !isOurs ? `(Not drawn: ${diagramError})` : nothing}
    </figcaption>
  </figure>`;
}

const experiment = (lesson: Lesson, sources: StageStart['sources'], actions: Actions) =>
  html`<section aria-labelledby="experiment-title">
    <h2 id="experiment-title">The experiment</h2>
    <ol class="prose steps">
      ${lesson.experiment.steps.map(step => html`<li>${prose(step, sources, actions)}</li>`)}
    </ol>
    <button class="text-button" @click=${() => actions.follow(`part:${lesson.experiment.part}`)}>
      Go to it
    </button>
  </section>`;

const figures = (lesson: Lesson, sources: StageStart['sources'], actions: Actions) =>
  html`<section aria-labelledby="figures-title">
    <h2 id="figures-title">In figures</h2>
    <dl class="figures">
      ${lesson.figures.map(
        ({ value, words, source, place }) =>
          html`<div>
            <dt>${value}</dt>
            <dd>${words} ${cite(source, place, sources, actions)}</dd>
          </div>`,
      )}
    </dl>
    ${lesson.notes.map(
      ({ words, source, place }) =>
        html`<p class="prose note">
          ${prose(words, sources, actions)} ${cite(source, place, sources, actions)}
        </p>`,
    )}
  </section>`;

/** What the stage left open, and the ways to its neighbours. */
function leftOpen(lesson: Lesson, lessons: readonly Lesson[], actions: Actions) {
  const index = lessons.indexOf(lesson);
  const [before, next] = [lessons[index - 1], lessons[index + 1]];
  return html`<section aria-labelledby="left-title">
    <h2 id="left-title">What it left open</h2>
    <p class="prose">${lesson.left}</p>
    <p class="ways">
      ${
        before
          ? html`<button class="text-button" @click=${() => actions.goTo(before.id)}>
              ← ${before.years} ${before.name}
            </button>`
          : nothing
      }
      ${
        next
          ? html`<vscode-button @click=${() => actions.goTo(next.id)}
              >${next.years} ${next.title}</vscode-button
            >`
          : nothing
      }
    </p>
  </section>`;
}

const sourceList = (lesson: Lesson, sources: Sources, actions: Actions): TemplateResult =>
  html`<section aria-labelledby="sources-title">
    <h2 id="sources-title">Sources</h2>
    <ul class="sources">
      ${[...citedIn(lesson)]
        .flatMap(id => sources[id] ?? [])
        .map(
          source =>
            html`<li>
              ${link(source.url, shortName(source), actions)}
              <span class="quiet">${source.title}</span>
            </li>`,
        )}
    </ul>
    <h2>Read on</h2>
    <ul class="sources">
      ${lesson.reading.map(({ title, url }) => html`<li>${link(url, title, actions)}</li>`)}
    </ul>
  </section>`;

/** Ids of sources, in the order in which the lesson first names them. */
function citedIn(lesson: Lesson): ReadonlySet<string> {
  const texts = [
    ...[lesson.before, lesson.left, lesson.question.why, ...lesson.idea],
    ...lesson.experiment.steps,
    ...lesson.notes.map(({ words }) => words),
  ];
  return new Set([
    ...texts.flatMap(text =>
      spansOf(text).flatMap(span => (span.kind === 'cite' ? span.source : [])),
    ),
    ...[...lesson.equations, ...lesson.figures, ...lesson.notes].map(({ source }) => source),
  ]);
}

export class StageDiagram {
  readonly #draw = createDiagramDrawer();
  /** The key of the diagram that was begun last. */
  #begun: string | undefined;

  constructor(
    private readonly store: Store<StageState>,
    private readonly follow: (target: Target) => void,
  ) {}

  /** Draws the diagram unless it is drawn already. The text is on the screen before it. */
  async show(theme: Theme, room: number): Promise<void> {
    const { state } = this.store;
    const lesson = lessonOf(state);
    if (!lesson || state.textMs === undefined) {
      return;
    }
    const key = `${lesson.id} ${layoutStep(room)} ${state.themeVersion}`;
    if (state.diagram?.key === key || this.#begun === key) {
      return;
    }
    this.#begun = key;
    try {
      const element = await this.#draw(lesson.diagram, theme, room, this.follow);
      if (this.#begun === key) {
        this.store.update({ diagram: { lesson, key, element }, diagramError: undefined });
      }
    } catch (cause) {
      this.store.update({ diagramError: String(cause) });
    }
  }
}
