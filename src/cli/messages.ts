/** Reads the messages of a conversation from JSON. */

import type { ChatMessage } from '../common/protocol/engine/types';
import { invalid, parseJson, type Origin } from '../common/json';

const source: Origin = {
  code: 'input-invalid',
  noun: 'The messages',
  advice: 'Write them so.',
};

/** What the messages are made of is the engine's to check. @throws EngineError `input-invalid` */
export function messagesOf(json: string): readonly ChatMessage[] {
  let parsed: unknown;
  try {
    parsed = parseJson(new TextEncoder().encode(json), source);
  } catch (cause) {
    throw notMessages(cause);
  }
  if (!Array.isArray(parsed)) {
    throw notMessages();
  }
  // The engine refuses what is no message.
  return parsed as readonly ChatMessage[];
}

const notMessages = (cause?: unknown) =>
  invalid(source, 'are no JSON array of {"role": ..., "content": ...}', cause);
