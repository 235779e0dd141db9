import type { ChatMessage } from '../common/protocol/engine/generate';
import { EngineError } from '../common/errors';
import { parseJson } from '../common/protocol/manifest';

/** Messages from JSON; what they are made of is the engine's to check. @throws EngineError `input-invalid` */
export function messagesOf(json: string): readonly ChatMessage[] {
  let parsed: unknown;
  try {
    parsed = parseJson(new TextEncoder().encode(json), 'of messages');
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
  new EngineError(
    'input-invalid',
    'The messages are no JSON array of {"role": ..., "content": ...}. Write them so.',
    { cause },
  );
