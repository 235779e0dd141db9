import { expect, test } from 'vitest';
import { asOnnxError } from '../../../../src/engine/onnx/session';
import { EngineError } from '../../../../src/common/errors';

/** What the library and V8 have been seen to say. */
const cases: readonly (readonly [unknown, string])[] = [
  [new Error('std::bad_alloc'), 'out-of-memory'],
  [
    new Error("Can't create a session. ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc"),
    'out-of-memory',
  ],
  [new RangeError('Array buffer allocation failed'), 'out-of-memory'],
  [new Error('Aborted(OOM)'), 'out-of-memory'],
  [
    new Error('A valid external Instance reference no longer exists. Device is lost'),
    'device-lost',
  ],
  [new WebAssembly.RuntimeError('unreachable'), 'worker-lost'],
  [new WebAssembly.RuntimeError('memory access out of bounds'), 'worker-lost'],
  [
    new Error(
      "Can't create a session. ERROR_CODE: 7, ERROR_MESSAGE: Failed to load model because protobuf parsing failed.",
    ),
    'model-invalid',
  ],
  [new Error('something else'), 'inference-failed'],
  [1234, 'inference-failed'],
];

test.each(cases)('%o', (error, code) => {
  const mapped = asOnnxError(error, 'inference-failed', 'It failed.');
  expect(mapped.code).toBe(code);
  expect(mapped.message).toContain(String(error));
});

test('an error of ours stays what it is', () => {
  const error = new EngineError('cancelled', 'x');
  expect(asOnnxError(error, 'inference-failed', 'y')).toBe(error);
});
