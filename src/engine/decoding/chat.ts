import * as v from 'valibot';
import type { ChatMessage, GenerateRequest } from '../../common/protocol/engine/generate';
import { EngineError } from '../../common/errors';
import { parseJson, type Manifest } from '../../common/protocol/manifest';
import type { PromptPart } from '../tokenizer/tokenizer';

/** How a conversation is put to a model that was tuned to converse. */
export interface Chat {
  /** What the model is told where the conversation begins without a system message; null for nothing. */
  readonly system: string | null;
}

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
  const chat = { system };
  const isChatML = examples.every(
    ({ messages, prompt }) => spelled(chatPrompt(withSystem(messages, chat))) === prompt,
  );
  if (!isChatML) {
    throw invalidChat('has a template that is not ChatML');
  }
  return chat;
}

/**
 * A conversation as the model's answer goes on from it. What was said is text, whatever is spelled in it.
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

/** With the system message that the model is told where there is none. */
export function withSystem(
  messages: readonly ChatMessage[],
  { system }: Chat,
): readonly ChatMessage[] {
  const needsSystem = system !== null && messages[0]?.role !== 'system';
  return needsSystem ? [{ role: 'system', content: system }, ...messages] : messages;
}

/** The text that a request asks to go on from. @throws EngineError `input-invalid` where there is none, or messages. */
export function textOf(
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

/** @throws EngineError `input-invalid` where a text stands beside messages, `input-empty` when nothing was said last. */
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

/** @throws EngineError `input-invalid` of a model that was not tuned to converse. */
export function requireChat({ name }: Manifest, chat: Chat | undefined): Chat {
  if (!chat) {
    throw new EngineError('input-invalid', `${name} does not converse: give it a text.`);
  }
  return chat;
}

const spelled = (parts: readonly PromptPart[]) =>
  parts.map(part => ('special' in part ? part.special : part.text)).join('');

const invalidChat = (what: string) =>
  new EngineError(
    'model-invalid',
    `The model's chat.json ${what}. Reinstall the extension or the model.`,
  );
