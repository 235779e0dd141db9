/** What a lesson cites, and what else to read. */
import { html, type TemplateResult } from 'lit';
import { spansOf } from '../../../src/common/content/citations';
import type { Lesson, Sources } from '../../../src/common/content/lesson';
import { link, shortName } from '../../elements/prose';
import type { Actions } from './actions';

export const sourceList = (lesson: Lesson, sources: Sources, actions: Actions): TemplateResult =>
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
