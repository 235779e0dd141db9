import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import * as v from 'valibot';
import type { Generation, ReadPrompt } from '../../../../src/common/protocol/engine/generate';
import type { ChatMessage } from '../../../../src/common/protocol/engine/types';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { count, thousands } from '../../../common/numbers';
import { FollowEnd } from './followEnd';
import type { LivePart, PartContext, PartView } from '../../part/livePart';
import { frame } from '../../part/frame';
import { atRest, PartStore, stateOf, type RunningState } from '../../part/partStore';

const maxNewTokens = 160;

const turn = v.object({
  role: v.picklist(['user', 'assistant']),
  content: v.pipe(v.string(), v.maxLength(4000)),
});

const settings = v.object({
  turns: v.fallback(v.pipe(v.array(turn), v.maxLength(40)), []),
  withEarlier: v.fallback(v.boolean(), true),
});

/** What was said: words, not results, and so they are kept across a reload. */
type Turn = v.InferOutput<typeof turn>;

interface State extends RunningState {
  readonly turns: readonly Turn[];
  /** Whether earlier turns are put in front of the next one. */
  readonly withEarlier: boolean;
  /** What has come of the answer so far; undefined while none is written. */
  readonly streamed: string | undefined;
  /** Of the newest answer, from its first token on. */
  readonly newest: Answer | undefined;
}

/** What is told of an answer. */
interface Answer {
  readonly read: ReadPrompt;
  /** Tokens that came of it. */
  readonly written: number;
  /** Undefined while it is written, and where the person has stopped it. */
  readonly end?: {
    readonly finish: Generation['finish'];
    /** From sending to the last token. */
    readonly totalMs: number;
  };
}

export const chat = (context: PartContext): LivePart => new Chat(context);

/** A conversation with a small model that was tuned to answer; the exact text that it reads can be seen. */
class Chat implements LivePart {
  readonly title = 'A conversation';
  readonly #store;
  readonly #model;
  readonly #follow = new FollowEnd();
  #offered = '';

  constructor(private readonly context: PartContext) {
    this.#model = context.models.find(({ files }) => files.chat);
    const saved = v.parse(settings, context.settings ?? {});
    this.#store = new PartStore<State>(
      { ...atRest, ...saved, streamed: undefined, newest: undefined },
      () => context.changed(),
    );
  }

  get state(): PartState {
    return stateOf(this.#store.state, !this.#model, this.#store.state.newest !== undefined);
  }

  get words(): string {
    const { newest, work } = this.#store.state;
    if (!this.#model) {
      return 'Its model is not in this version.';
    }
    if (!newest || work) {
      return `${this.#model.name} has a thousandth of the parameters of GPT-3: it answers, and is often wrong.`;
    }
    const { read, written, end } = newest;
    const told = `${count(read.tokens, 'token')} read, ${count(written, 'token')} written`;
    const how = end
      ? `, ${((written / end.totalMs) * 1000).toFixed(1)} a second.`
      : '; you ended it there.';
    const loop = end?.finish === 'loop' ? ' It had begun to repeat itself and was ended.' : '';
    return `${told}${how}${loop}${leftOut(read, this.#model)}`;
  }

  readonly values = {};

  show(sentence: string): void {
    this.#offered = sentence;
    this.context.changed();
  }

  cancel(): void {
    this.#stop();
  }

  #keep(): void {
    const { turns, withEarlier } = this.#store.state;
    this.context.keep({ turns: turns.slice(-40), withEarlier });
  }

  /** Ends the answer where it is: what is written stays. */
  #stop(): void {
    const { streamed, turns } = this.#store.state;
    this.#store.cancel();
    this.#store.update({
      streamed: undefined,
      turns: streamed ? [...turns, { role: 'assistant', content: streamed.trim() }] : turns,
    });
    this.#keep();
  }

  async #send(content: string): Promise<void> {
    const modelId = this.#model?.id;
    if (modelId === undefined || content.trim() === '') {
      return;
    }
    const turns: readonly Turn[] = [
      ...this.#store.state.turns,
      { role: 'user', content: content.trim() },
    ];
    const messages: readonly ChatMessage[] = this.#store.state.withEarlier
      ? turns
      : turns.slice(-1);
    const answer = async (signal: AbortSignal) => {
      this.#store.update({ turns, streamed: '', newest: undefined });
      this.#follow.resume();
      this.#keep();
      await this.context.client.load(modelId, { signal });
      this.#store.tell({ words: 'Writing' });
      const began = performance.now();
      const generation = await this.context.client.generate(
        {
          ...{ modelId, messages, maxNewTokens },
          strategy: {
            ...{ kind: 'sample', temperature: 0.2, topP: 0.9, repetitionPenalty: 1.1 },
            seed: turns.length,
          },
        },
        {
          signal,
          onToken: ({ text, read }) => {
            const { streamed = '', newest } = this.#store.state;
            const known = read ?? newest?.read;
            if (!signal.aborted && known) {
              const written = (newest?.written ?? 0) + 1;
              this.#store.update({ streamed: streamed + text, newest: { read: known, written } });
            }
          },
        },
      );
      return {
        streamed: undefined,
        turns: [...turns, { role: 'assistant', content: generation.text.trim() } as const],
        newest: answerOf(generation, performance.now() - began),
      };
    };
    const failed = { streamed: undefined, newest: undefined };
    await this.#store.run('Getting the model ready', answer, failed);
    this.#keep();
  }

  template(_view: PartView): TemplateResult {
    const { work, error, turns, withEarlier, streamed, newest } = this.#store.state;
    if (!this.#model) {
      return frame({ words: this.words, missing: ['SmolLM2'] }, nothing);
    }
    const submit = (event: Event) => {
      event.preventDefault();
      const field =
        event.currentTarget instanceof HTMLFormElement &&
        event.currentTarget.querySelector('textarea');
      if (field && !work) {
        void this.#send(field.value);
        field.value = '';
      }
    };
    return frame(
      { work: work && { ...work, isSlow: false }, error, words: this.words },
      html`<div
          class="chat"
          role="log"
          aria-label="Conversation"
          tabindex="0"
          ${ref(this.#follow.attach)}
        >
          ${turns.map(({ role, content }) => bubble(role, content))}
          ${streamed === undefined ? nothing : bubble('assistant', streamed === '' ? '…' : streamed)}
        </div>
        <form class="sentence-row" @submit=${submit}>
          <textarea
            aria-label="Your turn"
            rows="2"
            maxlength="2000"
            required
            placeholder=${turns.length === 0 ? this.#offered : 'Your turn'}
            @keydown=${(event: KeyboardEvent) => {
              if (event.key === 'Enter' && !event.shiftKey && event.target instanceof HTMLElement) {
                event.preventDefault();
                event.target.closest('form')?.requestSubmit();
              }
            }}
          ></textarea>
          ${
            work
              ? html`<vscode-button appearance="secondary" @click=${() => this.#stop()}
                  >Stop</vscode-button
                >`
              : html`<vscode-button
                  @click=${(event: Event) =>
                    event.currentTarget instanceof Element &&
                    event.currentTarget.closest('form')?.requestSubmit()}
                  >Send</vscode-button
                >`
          }
        </form>
        <p class="row-of-buttons">
          <label class="check">
            <input
              type="checkbox"
              .checked=${withEarlier}
              @change=${() => {
                this.#store.update({ withEarlier: !withEarlier });
                this.#keep();
              }}
            />
            With the earlier turns
          </label>
          ${
            turns.length === 0
              ? html`<button
                  class="text-button"
                  ?disabled=${work !== undefined}
                  @click=${() => void this.#send(this.#offered)}
                >
                  Send the sentence above
                </button>`
              : html`<button
                    class="text-button"
                    ?disabled=${work !== undefined}
                    @click=${() => void this.#again()}
                  >
                    Answer again ${withEarlier ? 'with' : 'without'} the earlier turns
                  </button>
                  <button class="text-button" @click=${() => this.#clear()}>Begin anew</button>`
          }
        </p>
        ${
          newest
            ? html`<details>
                <summary>The exact text that the model read</summary>
                <pre class="prompt code">${newest.read.prompt}</pre>
              </details>`
            : nothing
        }`,
    );
  }

  /** The last thing the person said, once more. */
  async #again(): Promise<void> {
    const { turns } = this.#store.state;
    const place = turns.map(({ role }) => role).lastIndexOf('user');
    const said = turns[place];
    if (said) {
      this.#store.update({ turns: turns.slice(0, place) });
      await this.#send(said.content);
    }
  }

  #clear(): void {
    this.#store.cancel();
    this.#store.update({ turns: [], streamed: undefined, newest: undefined });
    this.#keep();
  }
}

const answerOf = (
  { prompt, source, target, dropped, droppedMessages, finish }: Generation,
  totalMs: number,
): Answer => ({
  read: { prompt, tokens: source.length, dropped, droppedMessages },
  written: target.length,
  end: { finish, totalMs },
});

/** What of a conversation that is too long was not read; of one that was read whole nothing. */
function leftOut(
  { dropped, droppedMessages = 0 }: ReadPrompt,
  { contextLength }: Pick<Manifest, 'contextLength'>,
): string {
  if (droppedMessages === 0) {
    return '';
  }
  const oldest =
    droppedMessages === 1 ? 'oldest message was' : `${droppedMessages} oldest messages were`;
  return ` The ${oldest} not read (${count(dropped, 'token')}): there is room for ${thousands(contextLength)} tokens, its answer among them.`;
}

const bubble = (role: Turn['role'], content: string) =>
  html`<div class=${`turn ${role}`}>
    <span class="quiet small">${role === 'user' ? 'You' : 'SmolLM2'}</span>
    <p>${content}</p>
  </div>`;
