/** The error that all parts of the extension throw, and its codes. */
/** The codes of failures. Every failure that crosses a port carries one; callers branch on the code, never on the message. */
export const errorCodes = [
  'cancelled', // The caller's AbortSignal fired.
  'input-empty', // Only white space, or nothing that the tokenizer knows.
  'input-invalid', // Not text: a binary file, an argument out of range.
  'input-too-long', // Longer than an engine accepts even in windows.
  'model-missing', // There is no such model folder, or a file of it cannot be read.
  'model-invalid', // Manifest, checksum, graph or tokenizer does not agree with what the engine expects.
  'model-not-loaded',
  'runtime-missing', // The WebAssembly binary or the worker's source cannot be read.
  'device-unavailable', // WebGPU was demanded but is not available.
  'device-lost', // WebGPU was lost during the run.
  'inference-failed', // ONNX Runtime rejected the run.
  'out-of-memory',
  'worker-lost', // The worker exited, or was ended because it was silent for too long.
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** A failure with a code. */
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

/** Makes an error with a code of anything thrown: `internal` if it has none. */
export const asEngineError = (cause: unknown): EngineError =>
  EngineError.is(cause) ? cause : new EngineError('internal', String(cause), { cause });
