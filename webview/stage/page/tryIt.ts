/** What the user does before the live parts: the sentence that goes along, and the guess. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Lesson, Sources } from '../../../src/common/content/lesson';
import { prose } from '../../elements/prose';
import { submit, submitOnEnter, submittedField } from '../part/controls';
import { type Actions, maxSentenceLength, sentenceOf, type StageState } from './state';
import { count } from '../../common/numbers';

export const tryIt = (state: StageState, lesson: Lesson, sources: Sources, actions: Actions) =>
  html`<section class="try" aria-labelledby="try-title">
    <h2 id="try-title">Try it</h2>
    ${sentenceForm(state, lesson, actions)} ${question(state, lesson, sources, actions)}
  </section>`;

function sentenceForm(state: StageState, lesson: Lesson, actions: Actions): TemplateResult {
  const { saved } = state;
  const run = (event: Event) => {
    const field = submittedField(event);
    if (field) {
      actions.run(field.value);
    }
  };
  return html`<form class="sentence" @submit=${run}>
    <label for="sentence">Your sentence</label>
    <div class="sentence-row">
      <textarea
        id="sentence"
        rows="2"
        maxlength=${maxSentenceLength}
        spellcheck="false"
        dir="auto"
        .value=${sentenceOf(state, lesson)}
        @keydown=${submitOnEnter}
      ></textarea>
      <vscode-button @click=${submit}>Run</vscode-button>
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
  sources: Sources,
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
