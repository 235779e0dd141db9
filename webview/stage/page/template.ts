import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { Lesson, PartId, ValueId } from '../../../src/common/content/lesson';
import type { StageStart } from '../../../src/common/protocol/pages/stage';
import { errorNotice } from '../../elements/errorNotice';
import { count } from '../../common/numbers';
import { pictureRoom } from '../../common/textWidth';
import type { Theme } from '../../common/theme';
import type { Actions } from './actions';
import { diagramPlace } from '../../diagram/diagramPlace';
import { equations } from './equations';
import type { LivePart } from '../part/livePart';
import { cite, link, prose, shortName } from '../../elements/prose';
import { longestSentence } from './savedState';
import { lessonOf, sentenceOf, type StageState } from './state';

/** The live parts of the stage, in its order. */
export type ShownParts = readonly {
  readonly id: PartId;
  readonly part: LivePart;
  /** Another one where the part shows something else than before. */
  readonly version: number;
}[];

/** The whole page. */
export function template(
  state: StageState,
  parts: ShownParts,
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

/** The era's place, always on top. */
const places = ({ lessons }: StageStart, shown: Lesson, actions: Actions) =>
  html`<nav class="places" aria-label="Stages">
    <ol>
      ${lessons.map(
        lesson =>
          html`<li>
            <button
              class="place"
              aria-current=${lesson === shown ? 'step' : nothing}
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
  parts: ShownParts,
  theme: Theme,
  actions: Actions,
): TemplateResult {
  const width = pictureRoom(state.pageWidth ?? 800);
  const place = lessons.indexOf(lesson);
  const next = lessons[place + 1];
  const before = lessons[place - 1];
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
    <section class="try" aria-labelledby="try-title">
      <h2 id="try-title">Try it</h2>
      ${sentenceForm(state, lesson, actions)} ${question(state, lesson, sources, actions)}
    </section>
    ${parts.map(
      ({ id, part, version }) =>
        html`<section class="part" id=${`part-${id}`} aria-labelledby=${`part-${id}-title`}>
          <h2 id=${`part-${id}-title`} tabindex="-1">${part.title}</h2>
          ${guard([part, version, theme, width], () => part.template({ theme, width }))}
        </section>`,
    )}
    <section aria-labelledby="experiment-title">
      <h2 id="experiment-title">The experiment</h2>
      <ol class="prose steps">
        ${lesson.experiment.steps.map(step => html`<li>${prose(step, sources, actions)}</li>`)}
      </ol>
      <button class="text-button" @click=${() => actions.follow(`part:${lesson.experiment.part}`)}>
        Go to it
      </button>
    </section>
    <section aria-labelledby="figures-title">
      <h2 id="figures-title">In figures</h2>
      <dl class="figures">
        ${lesson.figures.map(
          ({ value, words, source, place: where }) =>
            html`<div>
              <dt>${value}</dt>
              <dd>${words} ${cite(source, where, sources, actions)}</dd>
            </div>`,
        )}
      </dl>
      ${lesson.notes.map(
        ({ words, source, place: where }) =>
          html`<p class="prose note">
            ${prose(words, sources, actions)} ${cite(source, where, sources, actions)}
          </p>`,
      )}
    </section>
    <section aria-labelledby="left-title">
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
    </section>
    ${sourceList(lesson, sources, actions)}
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

function sentenceForm(state: StageState, lesson: Lesson, actions: Actions): TemplateResult {
  const { saved } = state;
  const sentence = sentenceOf(state, lesson);
  const submit = (event: Event) => {
    event.preventDefault();
    const { currentTarget } = event;
    const field =
      currentTarget instanceof HTMLFormElement && currentTarget.querySelector('textarea');
    if (field) {
      actions.run(field.value);
    }
  };
  return html`<form class="sentence" @submit=${submit}>
    <label for="sentence">Your sentence</label>
    <div class="sentence-row">
      <textarea
        id="sentence"
        rows="2"
        maxlength=${longestSentence}
        spellcheck="false"
        dir="auto"
        .value=${sentence}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Enter' && !event.shiftKey && event.target instanceof HTMLElement) {
            event.preventDefault();
            event.target.closest('form')?.requestSubmit();
          }
        }}
      ></textarea>
      <vscode-button
        @click=${(event: Event) =>
          event.currentTarget instanceof Element &&
          event.currentTarget.closest('form')?.requestSubmit()}
        >Run</vscode-button
      >
    </div>
    <p class="quiet small">
      ${
        saved.cut > 0
          ? `Your text was longer: its last ${count(saved.cut, 'character')} were left out.`
          : saved.sentence.trim() === ''
            ? 'Offered by this stage. Type your own, or select text in an editor and open the stage again.'
            : html`It goes with you through all stages.
                <button type="button" class="text-button" @click=${() => actions.run('')}>
                  Take the one offered here
                </button>`
      }
    </p>
  </form>`;
}

/** The answer shows only after a guess. */
function question(
  { saved }: StageState,
  { id, question: { ask, choices, right, why } }: Lesson,
  sources: StageStart['sources'],
  actions: Actions,
): TemplateResult {
  const answer = saved.answers[id];
  const isAnswered = answer !== undefined;
  return html`<fieldset class="question">
    <legend><span class="quiet">Guess first:</span> ${ask}</legend>
    ${choices.map(
      (choice, index) =>
        html`<label class=${isAnswered && index === right ? 'choice right' : 'choice'}>
          <input
            type="radio"
            name=${`question-${id}`}
            .checked=${answer === index}
            ?disabled=${isAnswered}
            @change=${() => actions.answer(index)}
          />
          <span
            >${choice}${
              isAnswered && index === right
                ? html` <strong>✓ right</strong>`
                : isAnswered && index === answer
                  ? html` <span class="quiet">your guess</span>`
                  : nothing
            }</span
          >
        </label>`,
    )}
    <div role="status">
      ${
        isAnswered
          ? html`<p class="prose">
              ${answer === right ? 'Right.' : 'Not quite.'} ${prose(why, sources, actions)}
              <button class="text-button" @click=${actions.forgetAnswer}>Guess again</button>
            </p>`
          : nothing
      }
    </div>
  </fieldset>`;
}

function sourceList(lesson: Lesson, sources: StageStart['sources'], actions: Actions) {
  const cited = new Set(
    [lesson.before, lesson.left, lesson.question.why, ...lesson.idea]
      .concat(lesson.experiment.steps)
      .concat(lesson.notes.map(({ words }) => words))
      .flatMap(text => [...text.matchAll(/\[@([a-z0-9]+)/g)].map(([, id]) => id ?? ''))
      .concat(
        [...lesson.equations, ...lesson.figures, ...lesson.notes].map(({ source }) => source),
      ),
  );
  return html`<section aria-labelledby="sources-title">
    <h2 id="sources-title">Sources</h2>
    <ul class="sources">
      ${[...cited].flatMap(id => {
        const source = sources[id];
        return source
          ? [
              html`<li>
                ${link(source.url, shortName(source), actions)}
                <span class="quiet">${source.title}</span>
              </li>`,
            ]
          : [];
      })}
    </ul>
    <h2>Read on</h2>
    <ul class="sources">
      ${lesson.reading.map(({ title, url }) => html`<li>${link(url, title, actions)}</li>`)}
    </ul>
  </section>`;
}
