import { EngineError, type ErrorCode } from '../../common/errors';

/** What ONNX Runtime and WebAssembly say, from the most certain sign to the least. */
const signs: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [
    /bad_alloc|out of memory|\bOOM\b|enlarge memory|allocation failed|failed to allocate/i,
    'out-of-memory',
    'There is not enough memory for this model and text. Select less text.',
  ],
  [/device (?:is|was) (?:lost|destroyed)|device lost/i, 'device-lost', 'WebGPU was lost.'],
  [
    /RuntimeError|Aborted\(|unreachable|memory access out of bounds/,
    'worker-lost',
    'The engine crashed. Try again.',
  ],
  [
    /ERROR_CODE: (?:7|9|10|14)\b|protobuf|Invalid model|not a registered function/i,
    'model-invalid',
    "The model's graph is damaged or of an unknown kind. Reinstall the extension or the model.",
  ],
];

/** An error of ONNX Runtime as a person can use it; `code` and `advice` are for one without a known sign. */
export function asEngineError(error: unknown, code: ErrorCode, advice: string): EngineError {
  if (EngineError.is(error)) {
    return error;
  }
  const text = String(error);
  const [, knownCode = code, knownAdvice = advice] = signs.find(([sign]) => sign.test(text)) ?? [];
  return new EngineError(knownCode, `${knownAdvice} (${text})`, { cause: error });
}
