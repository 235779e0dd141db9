import * as onnx from 'onnxruntime-web/wasm';
import { expect, test } from 'vitest';
import { SerialQueue } from '../../../../src/engine/onnx/queue';
import { Session } from '../../../../src/engine/onnx/session';
import { requireOutput } from '../../../../src/engine/onnx/tensors';
import { startEngine } from '../startEngine';

// A WebAssembly of 14 MB is compiled first, on a machine that may be busy.

/** `zeros = ConstantOfShape(shape)`: a graph of 96 bytes that wants as much memory as it is told to. */
const hungry = Uint8Array.from(
  Buffer.from(
    'CAgSADpUCh8KBXNoYXBlEgV6ZXJvcyIPQ29uc3RhbnRPZlNoYXBlEgZodW5ncnlaEwoFc2hhcGUSCgoICAcSBAoCCAFiFAoFemVyb3MSCwoJCAES' +
      'BQoDEgFuQgQKABAR',
    'base64',
  ),
).buffer;

test('more than WebAssembly can have is said to be too much, and less still runs', async () => {
  const { close } = await startEngine();
  const session = await Session.open(onnx, new SerialQueue(), hungry, 'wasm');
  const zeros = (count: number) => session.run({ shape: [count] }, ['zeros']);
  await expect(zeros(2 ** 30 - 64)).rejects.toMatchObject({ code: 'out-of-memory' });
  expect(requireOutput(await zeros(3), 'zeros').values).toEqual(new Float32Array(3));
  close();
});
