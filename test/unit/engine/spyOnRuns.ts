import * as onnx from 'onnxruntime-web/wasm';
import { vi } from 'vitest';

type Feeds = Record<string, onnx.Tensor | undefined>;

/** Calls `beforeRun` with the feeds of every run of every session that is made from now on, and waits for it. */
export function spyOnRuns(beforeRun: (feeds: Feeds) => void | Promise<void>): void {
  const { create } = onnx.InferenceSession;
  vi.spyOn(onnx.InferenceSession, 'create').mockImplementation(async (...args: unknown[]) => {
    // The mock must take every overload; the arguments go on as they came.
    const session = await (create as (...all: unknown[]) => Promise<onnx.InferenceSession>)(
      ...args,
    );
    const run = session.run.bind(session);
    session.run = async (...all: unknown[]) => {
      const [feeds] = all as [Feeds];
      await beforeRun(feeds);
      return (run as (...every: unknown[]) => Promise<onnx.InferenceSession.ReturnType>)(...all);
    };
    return session;
  });
}
