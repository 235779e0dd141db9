/** A conversation with a small model that was tuned to answer; the exact text that it reads can be seen. */
import { nothing, type TemplateResult } from 'lit';
import type { ChatMessage } from '../../../../src/common/protocol/engine/types';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { frame } from '../../part/frame';
import { atRest, type LivePart, type PartContext, PartStore, stateOf } from '../../part/livePart';
import { type ChatActions, FollowEnd, view } from './view';
import {
  answerInWords,
  answerOf,
  type ChatState,
  parseSettings,
  settingsOf,
  type Turn,
} from './state';

const maxNewTokens = 160;

export const chat = (context: PartContext): LivePart => new Chat(context);

class Chat implements LivePart {
  readonly title = 'A conversation';
  readonly #store;
  readonly #model;
  readonly #follow = new FollowEnd();
  readonly #actions: ChatActions = {
    send: content => void this.#send(content),
    stop: () => this.#stop(),
    again: () => void this.#again(),
    clear: () => this.#clear(),
    setEarlier: withEarlier => {
      this.#store.update({ withEarlier });
      this.#keep();
    },
  };
  #offered = '';

  constructor(private readonly context: PartContext) {
    this.#model = context.models.find(({ files }) => files.chat);
    this.#store = new PartStore<ChatState>(
      {
        ...{ ...atRest, ...parseSettings(context.settings) },
        ...{ streamed: undefined, newest: undefined },
      },
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
    return answerInWords(newest, this.#model);
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
    this.context.keep(settingsOf(this.#store.state));
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

  /** Sends the user's last turn once more. */
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

  template(): TemplateResult {
    const { state } = this.#store;
    const { work, error } = state;
    return this.#model
      ? frame(
          { work: work && { ...work, isSlow: false }, error, words: this.words },
          view(state, this.#offered, this.#follow.attach, this.#actions),
        )
      : frame({ words: this.words, missing: ['SmolLM2'] }, nothing);
  }
}
