/** Conversations: their template, and as much of one as fits the context. */

import * as v from 'valibot';
import type { GenerateRequest } from '../../common/protocol/engine/generate';
import type { ChatMessage, Token } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import { invalid } from '../../common/json';
import { fileOfModel, parseModelJson, type Manifest } from '../../common/protocol/manifest';
import { validate } from '../../common/validate';
import type { ModelInput } from '../tokenizer/modelInput';
import type { Tokenizer, EncodedText, PromptPart } from '../tokenizer/encoding';

/** How a model that was tuned to converse reads a conversation. */
export interface Chat {
  /** The system message of a conversation that begins without one; null for none. */
  readonly system: string | null;
}

const file = 'chat.json';

/** Mirrors `training/export/llama/folder.py`; change both. */
const chatFile = v.object({
  system: v.nullable(v.string()),
  examples: v.array(
    v.object({
      messages: v.array(
        v.object({ role: v.picklist(['system', 'user', 'assistant']), content: v.string() }),
      ),
      prompt: v.string(),
    }),
  ),
});

/**
 * Reads a `chat.json`, and checks it with its examples.
 *
 * @throws EngineError `model-invalid` if the file is wrong, or its template makes other texts than ChatML.
 */
export function parseChat(bytes: ArrayBuffer): Chat {
  const { system, examples } = validate(chatFile, parseModelJson(bytes, file), fileOfModel(file));
  const chat = { system };
  const isChatML = examples.every(
    ({ messages, prompt }) => asText(chatPrompt(withSystem(messages, chat))) === prompt,
  );
  if (!isChatML) {
    throw invalid(fileOfModel(file), 'has a template that is not ChatML');
  }
  return chat;
}

/**
 * The prompt that the model's answer continues. Messages are text, whatever is spelled in them.
 *
 * @param answer how the answer begins.
 * @see https://github.com/openai/openai-python/blob/v0.28.1/chatml.md, Chat Markup Language
 */
export function chatPrompt(messages: readonly ChatMessage[], answer = ''): readonly PromptPart[] {
  const begin = { special: '<|im_start|>' };
  const end = [{ special: '<|im_end|>' }, { text: '\n' }];
  return [
    ...messages.flatMap(({ role, content }) => [begin, { text: `${role}\n${content}` }, ...end]),
    begin,
    { text: `assistant\n${answer}` },
  ];
}

/** The messages with the default system message, if they have none. */
export function withSystem(
  messages: readonly ChatMessage[],
  { system }: Chat,
): readonly ChatMessage[] {
  const needsSystem = system !== null && messages[0]?.role !== 'system';
  return needsSystem ? [{ role: 'system', content: system }, ...messages] : messages;
}

/** The text that a request asks to continue. @throws EngineError `input-invalid` if there is none, or messages. */
export function requireText(
  manifest: Manifest,
  { text, messages }: Pick<GenerateRequest, 'text' | 'messages'>,
): string {
  if (messages !== undefined) {
    requireChat(manifest, undefined);
  }
  if (text === undefined) {
    throw new EngineError('input-invalid', 'There is neither a text nor messages. Give one.');
  }
  return text;
}

/** @throws EngineError `input-invalid` for a text beside messages, `input-empty` if the last message is empty. */
export function checkMessages({
  text,
  messages,
}: Pick<GenerateRequest, 'text' | 'messages'>): void {
  if (text !== undefined) {
    throw new EngineError('input-invalid', 'There are a text and messages. Give one of them.');
  }
  if (messages?.at(-1)?.content.trim() === '') {
    throw new EngineError('input-empty', 'The last message is empty. Write some words.');
  }
}

/** @throws EngineError `input-invalid` for a model that was not tuned to converse. */
export function requireChat({ name }: Manifest, chat: Chat | undefined): Chat {
  if (!chat) {
    throw new EngineError('input-invalid', `${name} does not converse: give it a text.`);
  }
  return chat;
}

const asText = (parts: readonly PromptPart[]) =>
  parts.map(part => ('special' in part ? part.special : part.text)).join('');

/** How many tokens of a conversation can be read. */
export interface PromptRoom {
  /** As many turns as fit these tokens are read. */
  readonly room: number;
  /** Largest last turn, in tokens; a longer one is refused. */
  readonly maxLastTurn: number;
}

/** The part of a conversation that is read. */
export interface Conversation extends ModelInput {
  /** The text that is read, as the template writes it; `tokens` point into it. */
  readonly text: string;
  /** Number of the oldest messages that were left out; `dropped` counts their tokens. */
  readonly droppedMessages: number;
}

/**
 * Cuts a conversation to what the context holds. The oldest turns of one that is too long are left out, each whole: a
 * message of the user with the answers to it. The system message stays, or the model would forget what it is to be, and
 * the last turn stays, or it would answer another.
 *
 * @param answer how the answer begins; the end of one that is too long is left out.
 * @throws EngineError `input-too-long` when the last turn does not fit.
 */
export function fitConversation(
  tokenizer: Tokenizer,
  { room, maxLastTurn }: PromptRoom,
  chat: Chat,
  messages: readonly ChatMessage[],
  answer = '',
): Conversation {
  const all = withSystem(messages, chat);
  const system = all.slice(0, all[0]?.role === 'system' ? 1 : 0);
  const turns = all.slice(system.length);
  const encodedFrom = (first: number) =>
    tokenizer.encodePrompt(chatPrompt([...system, ...turns.slice(first)], answer));
  const whole = encodedFrom(0);
  // Special tokens part what stands beside them: the tokens of a prompt are those of its turns.
  const beginnings = turns.flatMap(({ role }, index) =>
    index > 0 && role === 'user' ? [index] : [],
  );
  let read = whole;
  let droppedMessages = 0;
  for (const first of beginnings) {
    if (read.tokens.length <= room) {
      break;
    }
    read = encodedFrom(first);
    droppedMessages = first;
  }
  const needed = tokenizer.encodePrompt(chatPrompt([...system, ...turns.slice(droppedMessages)]))
    .tokens.length;
  if (needed > maxLastTurn) {
    throw new EngineError(
      'input-too-long',
      `The last message comes to ${needed} tokens with what belongs to it; ${maxLastTurn} can be read. Write a shorter one.`,
    );
  }
  const total = read.tokens.length;
  const tokens = asTokens(read).slice(0, Math.max(room, needed));
  return {
    text: read.text,
    tokens,
    window: { start: 0, count: tokens.length, total },
    dropped: whole.tokens.length - tokens.length,
    droppedMessages,
  };
}

const asTokens = ({ tokens }: EncodedText) =>
  tokens.map((token): Token => ({ ...token, segment: 0, isSpecial: false }));
