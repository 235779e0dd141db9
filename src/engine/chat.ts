import * as v from 'valibot';
import type { ChatMessage, GenerateRequest } from '../shared/engineApi';
import { EngineError } from '../shared/errors';
import { parseJson, type Manifest } from '../shared/manifest';

/** How a conversation is put to a model that was tuned to converse. */
export interface Chat {
  /** What the model is told where the conversation begins without a system message; null for nothing. */
  readonly system: string | null;
}

/** Mirrors `training/export/llama_folder.py`; change both. */
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
 * Reads a `chat.json`, and tries it on its examples.
 *
 * @throws EngineError `model-invalid` where the file is wrong, or its template makes other texts than ChatML.
 */
export function parseChat(bytes: ArrayBuffer): Chat {
  const { success, output, issues } = v.safeParse(chatFile, parseJson(bytes, 'chat.json'));
  if (!success) {
    const [issue] = issues;
    throw invalidChat(`is wrong at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`);
  }
  const { system, examples } = output;
  if (examples.some(({ messages, prompt }) => chatPrompt(messages, { system }) !== prompt)) {
    throw invalidChat('has a template that is not ChatML');
  }
  return { system };
}

/**
 * A conversation as the text that the model's answer goes on from.
 *
 * @see https://github.com/openai/openai-python/blob/v0.28.1/chatml.md, Chat Markup Language
 */
export function chatPrompt(messages: readonly ChatMessage[], { system }: Chat): string {
  const needsSystem = system !== null && messages[0]?.role !== 'system';
  const all = needsSystem ? [{ role: 'system', content: system }, ...messages] : messages;
  const turns = all.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`);
  return `${turns.join('')}<|im_start|>assistant\n`;
}

/**
 * The text that a request asks to go on from.
 *
 * @param chat of the model, if it was tuned to converse.
 * @throws EngineError `input-invalid`, `input-empty` when nothing was said last.
 */
export function promptOf(
  { name }: Manifest,
  chat: Chat | undefined,
  { text, messages }: Pick<GenerateRequest, 'text' | 'messages'>,
): string {
  if (messages === undefined) {
    if (text === undefined) {
      throw new EngineError('input-invalid', 'There is neither a text nor messages. Give one.');
    }
    return text;
  }
  if (text !== undefined) {
    throw new EngineError('input-invalid', 'There are a text and messages. Give one of them.');
  }
  if (!chat) {
    throw new EngineError('input-invalid', `${name} does not converse: give it a text.`);
  }
  if (messages.at(-1)?.content.trim() === '') {
    throw new EngineError('input-empty', 'The last message is empty. Write some words.');
  }
  return chatPrompt(messages, chat);
}

const invalidChat = (what: string) =>
  new EngineError(
    'model-invalid',
    `The model's chat.json ${what}. Reinstall the extension or the model.`,
  );
