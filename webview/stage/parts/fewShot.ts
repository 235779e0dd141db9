import { html, nothing, type TemplateResult } from 'lit';
import * as v from 'valibot';
import type { Task } from '../../../src/shared/lesson';
import type { PartState } from '../../../src/shared/pageApi';
import { duration } from '../../page/numbers';
import { OneRun } from '../../page/oneRun';
import { asEngineError } from '../../page/page';
import { createStore } from '../../page/store';
import type { LivePart, PartContext, PartView } from '../part';
import { frame } from './frame';
import { atRest, stateOf, type RunningState } from './partStore';
import { choices } from './slider';

/** How many examples stand in the prompt. */
const shotCounts = [0, 1, 3] as const;
const maxNewTokens = 8;

const settings = v.object({ task: v.fallback(v.string(), '') });

interface Answer {
  readonly text: string;
  readonly isRight: boolean;
}

interface State extends RunningState {
  readonly task: string;
  /** By number of examples, an answer for each thing that is asked. */
  readonly answers: readonly (readonly Answer[])[];
  readonly runMs: number;
}

export const fewShot = (context: PartContext): LivePart => new FewShot(context);

/** The same task with none, one and three examples in front of it; no weight changes. */
class FewShot implements LivePart {
  readonly title = 'Told by examples';
  readonly #store;
  readonly #run;
  readonly #model;
  readonly #tasks: readonly Task[];

  constructor(private readonly context: PartContext) {
    this.#tasks = context.lessons.flatMap(({ tasks }) => tasks ?? []);
    this.#model = context.models.find(({ architecture }) => architecture === 'llama');
    const { task } = v.parse(settings, context.settings ?? {});
    this.#store = createStore<State>({ ...atRest, task, answers: [], runMs: 0 }, () =>
      context.changed(),
    );
    this.#run = new OneRun(this.#store);
  }

  get #task(): Task | undefined {
    return this.#tasks.find(({ name }) => name === this.#store.state.task) ?? this.#tasks[0];
  }

  get state(): PartState {
    return stateOf(this.#store.state, !this.#model, this.#store.state.answers.length > 0);
  }

  get words(): string {
    const { answers } = this.#store.state;
    if (answers.length < shotCounts.length) {
      return 'The same model is asked the same, with more and more examples before it.';
    }
    return `Right answers: ${answers
      .map(
        (row, index) =>
          `${row.filter(({ isRight }) => isRight).length} of ${row.length} with ${shotCounts[index] ?? 0}`,
      )
      .join(
        ', ',
      )} examples. A few questions are no measurement, but you can see the pattern being picked up.`;
  }

  readonly values = {};

  show(): void {
    // It has tasks of its own.
  }

  cancel(): void {
    this.#run.cancel();
    this.#store.update({ error: undefined });
  }

  async #ask(): Promise<void> {
    const [task, modelId] = [this.#task, this.#model?.id];
    if (!task || modelId === undefined) {
      return;
    }
    const signal = this.#run.begin('Getting the model ready');
    this.#store.update({ answers: [], runMs: 0 });
    try {
      await this.context.client.load(modelId, { signal });
      let runMs = 0;
      for (const [place, count] of shotCounts.entries()) {
        const row: Answer[] = [];
        for (const [index, [asked, expected]] of task.asked.entries()) {
          this.#run.tell({
            words: `Asking with ${count} examples`,
            share: (place + index / task.asked.length) / shotCounts.length,
          });
          const { text, runMs: ms } = await this.context.client.generate(
            {
              ...{ modelId, maxNewTokens, stop: ['\n'] },
              text: promptOf(task, count, asked),
              strategy: { kind: 'greedy' },
            },
            { signal },
          );
          if (signal.aborted) {
            return;
          }
          runMs += ms;
          const said = text.trim();
          row.push({ text: said, isRight: firstWord(said) === expected.toLowerCase() });
        }
        this.#store.update({ answers: [...this.#store.state.answers, row], runMs });
      }
      this.#store.update({ work: undefined });
    } catch (cause) {
      if (!signal.aborted) {
        this.#store.update({ work: undefined, error: asEngineError(cause) });
      }
    }
  }

  template(_view: PartView): TemplateResult {
    const { work, error, answers, runMs } = this.#store.state;
    const task = this.#task;
    if (!task || !this.#model) {
      return frame({ words: this.words, missing: ['SmolLM2'] }, nothing);
    }
    return frame(
      {
        ...{ work, error },
        words: this.words,
        cancel: () => this.cancel(),
        retry: () => void this.#ask(),
      },
      html`<p class="row-of-buttons">
          ${choices(
            'Task',
            this.#tasks.map(({ name }) => [name, name] as const),
            task.name,
            name => {
              this.cancel();
              this.#store.update({ task: name, answers: [] });
              this.context.keep({ task: name });
            },
          )}
          <vscode-button ?disabled=${work !== undefined} @click=${() => void this.#ask()}
            >Ask</vscode-button
          >
          <span class="quiet small"
            >${this.#model.name}, the most probable token each
            time${runMs > 0 ? `, ${duration(runMs)}` : nothing}</span
          >
        </p>
        <table class="numbers shots">
          <thead>
            <tr>
              <th scope="col">${task.from}</th>
              ${shotCounts.map(
                count =>
                  html`<th scope="col">${count === 1 ? '1 example' : `${count} examples`}</th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${task.asked.map(
              ([asked], index) =>
                html`<tr>
                  <th scope="row" class="code">${asked}</th>
                  ${shotCounts.map((_, place) => {
                    const answer = answers[place]?.[index];
                    return html`<td class="code">
                      ${answer ? `${answer.isRight ? '✓ ' : ''}${answer.text}` : '…'}
                    </td>`;
                  })}
                </tr>`,
            )}
          </tbody>
        </table>
        <details>
          <summary>The prompt with three examples</summary>
          <pre class="prompt code">${promptOf(task, 3, task.asked[0]?.[0] ?? '')}</pre>
        </details>`,
    );
  }
}

/** Examples in the form of the question, then the question. */
function promptOf({ from, to, shots }: Task, count: number, asked: string): string {
  const examples = shots.slice(0, count).map(([x, y]) => `${from}: ${x}\n${to}: ${y}\n\n`);
  return `${examples.join('')}${from}: ${asked}\n${to}:`;
}

const firstWord = (text: string): string => /[\p{L}]+/u.exec(text)?.[0].toLowerCase() ?? '';
