/** Errors with a code. */

/** Every failure that crosses a port carries one of these codes; callers branch on the code, never on the message. */
export const errorCodes = [
  'cancelled', // The caller's AbortSignal fired.
  'input-empty', // Nothing but white space, or nothing that the tokenizer knows.
  'input-invalid', // Not text: a binary file, an argument out of range.
  'input-too-long', // More than an engine will take even in windows.
  'model-missing', // No such model folder, or a file of it cannot be read.
  'model-invalid', // Manifest, checksum, graph or tokenizer does not agree with what the engine expects.
  'model-not-loaded',
  'runtime-missing', // The WebAssembly binary or the worker's source cannot be read.
  'device-unavailable', // WebGPU was demanded and there is none.
  'device-lost', // WebGPU went away in the middle.
  'inference-failed', // ONNX Runtime rejected the run.
  'out-of-memory',
  'worker-lost', // The worker exited, or was ended because it was silent too long.
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export class EngineError extends Error {
  override readonly name = 'EngineError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  static is(error: unknown, code?: ErrorCode): error is EngineError {
    return error instanceof EngineError && (code === undefined || error.code === code);
  }
}

/** What was thrown, as an error with a code: `internal` where it is none of ours. */
export const asEngineError = (cause: unknown): EngineError =>
  EngineError.is(cause) ? cause : new EngineError('internal', String(cause), { cause });
