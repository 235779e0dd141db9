/** The state of "A conversation": what was said, and how the newest answer came about. */
import * as v from 'valibot';
import type { Generation, ReadPrompt } from '../../../../src/common/protocol/engine/generate';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { RunningState } from '../../part/livePart';
import { count, thousands } from '../../../common/numbers';

const maxTurns = 40;

const turn = v.object({
  role: v.picklist(['user', 'assistant']),
  content: v.pipe(v.string(), v.maxLength(4000)),
});

const settings = v.object({
  turns: v.fallback(v.pipe(v.array(turn), v.maxLength(maxTurns)), []),
  withEarlier: v.fallback(v.boolean(), true),
});

/** What was said: words, not results, and so they are kept across a reload. */
export type Turn = v.InferOutput<typeof turn>;
export type Settings = v.InferOutput<typeof settings>;

/** @param kept comes from outside. */
export const parseSettings = (kept: unknown): Settings => v.parse(settings, kept ?? {});

/** What of the state is kept across a reload. */
export const settingsOf = ({ turns, withEarlier }: ChatState): Settings => ({
  turns: turns.slice(-maxTurns),
  withEarlier,
});

export interface ChatState extends RunningState {
  readonly turns: readonly Turn[];
  /** Whether earlier turns are put in front of the next one. */
  readonly withEarlier: boolean;
  /** The answer so far; undefined while none is written. */
  readonly streamed: string | undefined;
  /** The newest answer, from its first token on. */
  readonly newest: Answer | undefined;
}

/** How an answer came about. */
export interface Answer {
  readonly read: ReadPrompt;
  /** The number of its tokens. */
  readonly written: number;
  /** Undefined while it is written, and where the user has stopped it. */
  readonly end?: {
    readonly finish: Generation['finish'];
    /** From sending to the last token. */
    readonly totalMs: number;
  };
}

export const answerOf = (
  { prompt, source, target, dropped, droppedMessages, finish }: Generation,
  totalMs: number,
): Answer => ({
  read: { prompt, tokens: source.length, dropped, droppedMessages },
  written: target.length,
  end: { finish, totalMs },
});

export function answerInWords({ read, written, end }: Answer, model: Manifest): string {
  const tokens = `${count(read.tokens, 'token')} read, ${count(written, 'token')} written`;
  const pace = end
    ? `, ${((written / end.totalMs) * 1000).toFixed(1)} a second.`
    : '; you ended it there.';
  const loop = end?.finish === 'loop' ? ' It had begun to repeat itself and was ended.' : '';
  return `${tokens}${pace}${loop}${leftOut(read, model)}`;
}

/** What of a conversation that is too long was not read. */
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
