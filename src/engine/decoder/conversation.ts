import type { ChatMessage } from '../../common/protocol/engine/generate';
import type { Token } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import { chatPrompt, withSystem, type Chat } from '../decoding/chat';
import type { ModelInput } from '../tokenizer/modelInput';
import type { EncodedText, Tokenizer } from '../tokenizer/tokenizer';

/** How many tokens can be read. */
export interface Room {
  /** As many turns as it holds are read. */
  readonly room: number;
  /** What the last turn may take alone, rather than be refused. */
  readonly most: number;
}

/** A conversation as it is read. */
export interface Conversation extends ModelInput {
  /** What was read, as the template writes it; `tokens` point into it. */
  readonly text: string;
  /** How many of the oldest messages were left out; `dropped` counts their tokens. */
  readonly droppedMessages: number;
}

/**
 * A conversation as far as the context holds it. Of one that is too long the oldest turns are left out, each whole: a
 * person's message with the answers to it. The system message stays, or the model would forget what it is to be, and
 * the last turn stays, or it would answer another.
 *
 * @param answer how the answer begins; of one that is too long its end is left out.
 * @throws EngineError `input-too-long` when the last turn does not fit.
 */
export function conversationOf(
  tokenizer: Tokenizer,
  { room, most }: Room,
  chat: Chat,
  messages: readonly ChatMessage[],
  answer = '',
): Conversation {
  const all = withSystem(messages, chat);
  const system = all.slice(0, all[0]?.role === 'system' ? 1 : 0);
  const said = all.slice(system.length);
  const encodedFrom = (first: number) =>
    tokenizer.encodePrompt(chatPrompt([...system, ...said.slice(first)], answer));
  const whole = encodedFrom(0);
  // Special tokens part what stands beside them: the tokens of a prompt are those of its turns.
  const beginnings = said.flatMap(({ role }, index) =>
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
  const needed = tokenizer.encodePrompt(chatPrompt([...system, ...said.slice(droppedMessages)]))
    .tokens.length;
  if (needed > most) {
    throw new EngineError(
      'input-too-long',
      `The last message comes to ${needed} tokens with what belongs to it; ${most} can be read. Write a shorter one.`,
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
