/**
 * The same task with none, one and three examples in front of it; no weight changes. Asked of GPT-2 too where it is
 * there: learning from examples comes with size.
 */
import * as v from 'valibot';
import { html, nothing, type TemplateResult } from 'lit';
import type { Task } from '../../../../src/common/content/lesson';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import {
  atRest,
  type LivePart,
  type PartContext,
  PartStore,
  type PartView,
  type RunningState,
  stateOf,
} from '../../part/livePart';
import { frame } from '../../part/frame';
import { choices } from '../../part/controls';
import { duration } from '../../../common/numbers';

/** Numbers of examples in the prompt. */
const shotCounts = [0, 1, 3] as const;
const maxNewTokens = 8;

const settings = v.object({ task: v.fallback(v.string(), '') });

interface Answer {
  readonly text: string;
  readonly isRight: boolean;
}

interface State extends RunningState {
  readonly task: string;
  /** By model and by number of examples: an answer for each thing that is asked. */
  readonly answers: Readonly<Record<string, readonly (readonly Answer[])[]>>;
  readonly runMs: number;
}

export const fewShot = (context: PartContext): LivePart => new FewShot(context);

class FewShot implements LivePart {
  readonly title = 'Told by examples';
  readonly #store;
  readonly #models;
  readonly #tasks: readonly Task[];

  constructor(private readonly context: PartContext) {
    this.#tasks = context.lessons.flatMap(({ tasks }) => tasks ?? []);
    this.#models = (['gpt2', 'llama'] as const).flatMap(
      kind => context.models.find(({ architecture }) => architecture === kind) ?? [],
    );
    const { task } = v.parse(settings, context.settings ?? {});
    this.#store = new PartStore<State>({ ...atRest, task, answers: {}, runMs: 0 }, () =>
      context.changed(),
    );
  }

  get #task(): Task | undefined {
    return this.#tasks.find(({ name }) => name === this.#store.state.task) ?? this.#tasks[0];
  }

  get state(): PartState {
    const isMissing = this.#models.length === 0;
    return stateOf(this.#store.state, isMissing, Object.keys(this.#store.state.answers).length > 0);
  }

  get words(): string {
    const results = this.#models.map(({ id, name }) => [name, this.#rowsOf(id)] as const);
    if (results.some(([, rows]) => rows.length < shotCounts.length)) {
      return 'The same model is asked the same, with more and more examples before it.';
    }
    return [
      ...results.map(([name, rows]) => `Right answers of ${name}: ${countsOf(rows)} examples.`),
      'A few questions are no measurement, but you can see whether the pattern is picked up.',
    ].join(' ');
  }

  readonly values = {};

  show(): void {
    // It has tasks of its own.
  }

  cancel(): void {
    this.#store.cancel();
  }

  #rowsOf(modelId: string): readonly (readonly Answer[])[] {
    return this.#store.state.answers[modelId] ?? [];
  }

  async #ask(): Promise<void> {
    const task = this.#task;
    if (!task) {
      return;
    }
    await this.#store.run('Getting the model ready', async signal => {
      this.#store.update({ answers: {}, runMs: 0 });
      for (const [number, { id }] of this.#models.entries()) {
        await this.context.client.load(id, { signal });
        for (const [place, count] of shotCounts.entries()) {
          const share = (number + place / shotCounts.length) / this.#models.length;
          this.#store.tell({ words: `Asking with ${count} examples`, share });
          await this.#askWith(id, task, count, signal);
        }
      }
      return {};
    });
  }

  /** Adds a row of answers. */
  async #askWith(modelId: string, task: Task, count: number, signal: AbortSignal): Promise<void> {
    const row: Answer[] = [];
    let { runMs } = this.#store.state;
    for (const [asked, accepted] of task.asked) {
      const generation = await this.context.client.generate(
        {
          ...{ modelId, maxNewTokens, stop: ['\n'] },
          text: promptOf(task, count, asked),
          strategy: { kind: 'greedy' },
        },
        { signal },
      );
      runMs += generation.runMs;
      const text = generation.text.trim();
      row.push({ text, isRight: isAccepted(text, accepted) });
    }
    signal.throwIfAborted();
    const answers = { ...this.#store.state.answers, [modelId]: [...this.#rowsOf(modelId), row] };
    this.#store.update({ answers, runMs });
  }

  template(_view: PartView): TemplateResult {
    const { work, error, runMs } = this.#store.state;
    const task = this.#task;
    if (!task || this.#models.length === 0) {
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
              this.#store.update({ task: name, answers: {}, runMs: 0 });
              this.context.keep({ task: name });
            },
          )}
          <vscode-button ?disabled=${work !== undefined} @click=${() => void this.#ask()}
            >Ask</vscode-button
          >
          <span class="quiet small"
            >The most probable token each time${runMs > 0 ? `, ${duration(runMs)}` : nothing}</span
          >
        </p>
        ${this.#models.map(model => this.#table(model, task))}
        <details>
          <summary>The prompt with three examples</summary>
          <pre class="prompt code">${promptOf(task, 3, task.asked[0]?.[0] ?? '')}</pre>
        </details>`,
    );
  }

  #table({ id, name }: Manifest, task: Task): TemplateResult {
    const rows = this.#rowsOf(id);
    return html`<table class="numbers shots">
      <caption>
        ${name}
      </caption>
      <thead>
        <tr>
          <th scope="col">${task.from}</th>
          ${shotCounts.map(
            count => html`<th scope="col">${count === 1 ? '1 example' : `${count} examples`}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${task.asked.map(
          ([asked], index) =>
            html`<tr>
              <th scope="row" class="code">${asked}</th>
              ${shotCounts.map((_, place) => {
                const answer = rows[place]?.[index];
                return html`<td class="code">
                  ${answer ? `${answer.isRight ? '✓ ' : ''}${answer.text}` : '…'}
                </td>`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

/** "1 of 4 with 0, 2 of 4 with 1, 4 of 4 with 3" */
const countsOf = (rows: readonly (readonly Answer[])[]): string =>
  rows
    .map((row, place) => {
      const right = row.filter(({ isRight }) => isRight).length;
      return `${right} of ${row.length} with ${shotCounts[place] ?? 0}`;
    })
    .join(', ');

/** Examples in the form of the question, then the question. */
function promptOf({ from, to, shots }: Task, count: number, asked: string): string {
  const examples = shots.slice(0, count).map(([x, y]) => `${from}: ${x}\n${to}: ${y}\n\n`);
  return `${examples.join('')}${from}: ${asked}\n${to}:`;
}

/** Whether an answer begins with one of the words that are right. */
export function isAccepted(answer: string, accepted: readonly string[]): boolean {
  const first = /\p{L}+/u.exec(answer)?.[0].toLowerCase();
  return accepted.some(word => word.toLowerCase() === first);
}
