/** Generates one completion: what the engine is asked for, when it is stopped, and what is kept of its text. */
import type {
  GenerateRequest,
  Generation,
  Strategy,
  StreamedToken,
} from '../../../common/protocol/engine/generate';
import type { CachedCompletion } from './completionCache';
import { type CursorContext, missingIndentation } from './cursorContext';
import {
  completionKind,
  type Finish,
  type ScoredToken,
  stopSequences,
  wholeThought,
} from './endings';
import { slowAfterMs, type Timing } from './latency';
import { postprocess } from './postprocess';

/** What the engine is asked for. */
export type CompletionRequest = Omit<GenerateRequest, 'streamId'>;

/** How a completion was made. */
export interface Provenance {
  readonly request: CompletionRequest;
  /** The length of the end of the prompt that the model wrote again, in UTF-16 units. */
  readonly heldBack: number;
  /** White space that was added to bring the text to its level of indentation, in UTF-16 units. */
  readonly missing: number;
  /** Whether the generation was given up before its end. */
  readonly isPart: boolean;
}

/** What a generation needs of the world. */
export interface GenerationParts {
  readonly generate: (
    request: CompletionRequest,
    options: { readonly signal: AbortSignal; readonly onToken: (token: StreamedToken) => void },
  ) => Promise<Generation>;
  /** In ms. */
  readonly now: () => number;
}

/** Code may take this many times the tokens of a line, for a bracket or a block that needs more lines. */
const codeLengthFactor = 3;
/** A generation that was given up is worth keeping from this many tokens on. */
const minKeptTokens = 4;

export interface GenerationOptions {
  readonly context: CursorContext;
  readonly modelId: string;
  readonly strategy: Strategy;
  /** The most tokens of a line. */
  readonly length: number;
  readonly signal: AbortSignal;
}

export interface GenerationListener {
  /** Is called with the completion; if it was given up, with the part that there is, unless that is too short. */
  readonly onCompletion: (completion: CachedCompletion, provenance: Provenance) => void;
  readonly onTiming: (timing: Timing) => void;
}

/**
 * Generates a completion. It ends when a thought is whole, or with its signal.
 *
 * @throws EngineError
 */
export async function generateCompletion(
  { generate, now }: GenerationParts,
  { context, modelId, strategy, length, signal }: GenerationOptions,
  { onCompletion, onTiming }: GenerationListener,
): Promise<void> {
  const kind = completionKind(context);
  const missing = missingIndentation(context);
  // The model writes as if the caret were at its level of indentation already.
  const level: CursorContext = { ...context, before: context.before + missing };
  const request: CompletionRequest = {
    modelId,
    text: (context.preamble ?? '') + level.before,
    strategy,
    heal: true,
    // One more, because only what follows a word shows that it is whole.
    maxNewTokens: length * (context.isProse ? 1 : codeLengthFactor) + 1,
    stop: stopSequences(context),
    loopGuard: true,
  };
  const ending = new AbortController();
  const begun = now();
  let firstAt = begun;
  let written = '';
  let heldBack = 0;
  const tokens: ScoredToken[] = [];
  const finishWith = (text: string, finish: Finish, scored: readonly ScoredToken[]) => {
    const own = postprocess(text.slice(heldBack), finish, kind, level, beyond(scored, heldBack));
    onCompletion(
      own.text === '' ? own : { ...own, text: missing + own.text, raw: missing + own.raw },
      { request, heldBack, missing: missing.length, isPart: finish === 'cancelled' },
    );
  };
  try {
    const generation = await generate(request, {
      signal: AbortSignal.any([signal, ending.signal]),
      onToken: ({ text, logProbability, logAllowed = 0, heldBack: held = '' }) => {
        heldBack = held.length;
        written += text;
        firstAt = tokens.length === 0 ? now() : firstAt;
        tokens.push({ end: written.length, logProbability: logProbability - logAllowed });
        if (wholeThought(written.slice(heldBack), kind, level) !== undefined) {
          ending.abort();
        }
      },
    });
    heldBack = generation.heldBack?.length ?? 0;
    finishWith(generation.text, generation.finish, tokensOf(generation));
  } catch (error) {
    const isWhole = ending.signal.aborted && !signal.aborted;
    if (isWhole) {
      finishWith(written, 'stop', tokens);
    } else if (signal.aborted && tokens.length >= minKeptTokens) {
      finishWith(written, 'cancelled', tokens);
    }
    if (signal.aborted && now() - begun > slowAfterMs) {
      onTiming({ firstTokenMs: now() - begun, tokensPerSecond: 0 }); // It takes at least as long.
    }
    if (!isWhole) {
      throw error;
    }
  }
  const writingMs = now() - firstAt;
  const count = tokens.length;
  onTiming({
    firstTokenMs: firstAt - begun,
    tokensPerSecond: count > 1 && writingMs > 0 ? (1000 * (count - 1)) / writingMs : 0,
  });
}

const tokensOf = ({ target, logProbabilities, logAllowed }: Generation): ScoredToken[] =>
  target.map(({ end }, index) => ({
    end,
    logProbability: (logProbabilities[index] ?? 0) - (logAllowed?.[index] ?? 0),
  }));

/** The tokens beyond the end of the prompt that was written again, with places in the text after it. */
const beyond = (tokens: readonly ScoredToken[], heldBack: number): ScoredToken[] =>
  tokens
    .filter(({ end }) => end > heldBack)
    .map(token => ({ ...token, end: token.end - heldBack }));

/** The outcome of a request for text, and why nothing was offered. */
