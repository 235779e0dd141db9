/** Reads JSON that comes from outside. */

import { EngineError, type ErrorCode } from './errors';

/** What a value from outside is, for the error that says what is wrong with it. */
export interface Origin {
  readonly code: ErrorCode;
  /** The subject of a sentence: "A lesson". */
  readonly noun: string;
  /** What the user can do, as a sentence. */
  readonly advice: string;
}

/** An error with the code and the words of an origin. @param what the rest of the sentence: "is damaged". */
export const invalid = ({ code, noun, advice }: Origin, what: string, cause?: unknown) =>
  new EngineError(code, `${noun} ${what}. ${advice}`, { cause });

/** @throws EngineError with the code of the origin where the bytes are no UTF-8 or no JSON. */
export function parseJson(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>, origin: Origin): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid(origin, `is damaged (${String(cause)})`, cause);
  }
}
