import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { inRoot } from '../../scripts/paths.mjs';
import { startEngine } from '../parity/startEngine';
import { record, words } from './figures';
import { rivalModels, rivalRequire, setUpRivals, writeRivalModels } from './rivals';
import { sideBySide } from './sideBySide';

/** The part of onnxruntime-node that is used; it is not among our packages. */
interface OrtNode {
  readonly Tensor: new (
    type: 'int64' | 'bool',
    data: BigInt64Array | readonly boolean[],
    dims: readonly number[],
  ) => unknown;
  readonly InferenceSession: {
    create(
      path: string,
      options: object,
    ): Promise<{
      run(feeds: object): Promise<Record<string, { readonly data: Float32Array }>>;
    }>;
  };
}

beforeAll(async () => {
  await setUpRivals();
  await writeRivalModels();
});

test('128 tokens on WASM, one thread, beside onnxruntime-node with float32 weights, one thread', async () => {
  const before = process.memoryUsage().rss;
  const { engine, modelId } = await startEngine(inRoot('models/bert'));
  const text = words(126);
  const analyze = () => engine.analyze({ modelId, text });
  await engine.load(modelId);
  const growth = () => (process.memoryUsage().rss - before) / 1e6;
  record({
    name: 'memory of the worker with BERT loaded',
    value: growth(),
    unit: 'MB',
    limit: 400,
    note: 'growth of the process',
  });
  const { source, attentions } = await analyze();
  expect(source).toHaveLength(128);
  record({ name: 'the same after its first run, 128 tokens', value: growth(), unit: 'MB' });

  // The require of a package that is installed on demand.
  const ort = rivalRequire('onnxruntime-node') as OrtNode;
  const session = await ort.InferenceSession.create(join(rivalModels, 'full.onnx'), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const integers = (values: readonly number[]) =>
    new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  const feeds = {
    input_ids: integers(source.map(({ id }) => id)),
    attention_mask: integers(source.map(() => 1)),
    token_type_ids: integers(source.map(() => 0)),
    position_ids: integers(source.map((_, index) => index)),
    output_attentions: new ort.Tensor('bool', [true], []),
    output_hidden_states: new ort.Tensor('bool', [false], []),
  };
  const native = await session.run(feeds);
  const [first] = attentions;
  const theirs = native['attentions']?.data ?? new Float32Array();
  expect(theirs.length).toBe(first?.weights.length);
  const worst = theirs.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (first?.weights[i] ?? 2))),
    0,
  );
  expect(worst).toBeLessThan(1e-4);

  const [ours, rival] = await sideBySide(15, analyze, () => session.run(feeds));
  record({ name: 'engine, 128 tokens, WASM, 1 thread', value: ours, unit: 'ms' });
  record({ name: 'onnxruntime-node, float32, 1 thread', value: rival, unit: 'ms' });
  record({
    name: 'engine over onnxruntime-node',
    value: ours / rival,
    unit: 'x',
    limit: 2.7,
    note: `side by side, ${availableParallelism()} cores`,
  });

  const { engine: two } = await startEngine(inRoot('models/bert'), 2);
  const analyzeOnTwo = () => two.analyze({ modelId, text });
  await analyzeOnTwo();
  const [oursOnTwo, rivalAgain] = await sideBySide(15, analyzeOnTwo, () => session.run(feeds));
  record({
    name: 'engine on 2 threads over onnxruntime-node on 1',
    value: oursOnTwo / rivalAgain,
    unit: 'x',
    limit: 1.7,
    note: `side by side, ${availableParallelism()} cores`,
  });
  two.end();
  engine.end();
});
