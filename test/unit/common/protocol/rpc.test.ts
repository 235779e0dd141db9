import * as fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { EngineError } from '../../../../src/common/errors';
import { link, move, type Handlers, type Port } from '../../../../src/common/protocol/rpc';
import { portPair, settled } from '../portPair';

interface Calculator {
  add(arg: { readonly a: number; readonly b: number }): Promise<number>;
  fill(arg: { readonly length: number }): Promise<Float32Array<ArrayBuffer>>;
  measure(arg: { readonly bytes: ArrayBuffer }): Promise<number>;
  wait(arg: object): Promise<string>;
  fail(arg: { readonly how: 'coded' | 'plain' | 'nothing' }): Promise<never>;
  leak(arg: object): Promise<unknown>;
}
interface Watcher {
  seen(arg: { readonly what: string }): Promise<string>;
}

/** Why `fail` fails; nothing may be thrown too, whatever the types say. */
const reasons = {
  coded: new EngineError('model-invalid', 'no such layer'),
  plain: new TypeError('a is undefined'),
  nothing: undefined as unknown as Error,
};

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) {
    close();
  }
});

function join(overrides: Partial<Handlers<Calculator>> = {}) {
  const { near, far, close } = portPair();
  const aborted = vi.fn();
  const calculator = link<Watcher, Calculator>(far, {
    add: ({ a, b }) => a + b,
    fill: ({ length }) => {
      const values = new Float32Array(length).fill(1);
      return move(values, [values.buffer]);
    },
    measure: ({ bytes }) => bytes.byteLength,
    wait: (_, signal) =>
      new Promise(() => {
        signal.addEventListener('abort', aborted);
      }),
    fail: ({ how }) => Promise.reject(reasons[how]),
    leak: () => () => 'a function cannot be cloned',
    ...overrides,
  });
  const watcher = link<Calculator, Watcher>(near, { seen: ({ what }) => `seen ${what}` });
  closers.push(
    () => watcher.close(),
    () => calculator.close(),
    close,
  );
  return { near, far, watcher, calculator, remote: watcher.remote, aborted };
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'resolved',
    (error: unknown) => (EngineError.is(error) ? error.code : String(error)),
  );

test('both sides call each other', async () => {
  const { watcher, calculator } = join();
  expect(await watcher.remote.add({ a: 2, b: 3 })).toBe(5);
  expect(await calculator.remote.seen({ what: 'it' })).toBe('seen it');
});

test('many calls at once each get their own answer', async () => {
  const { remote } = join();
  const sums = await Promise.all(Array.from({ length: 50 }, (_, a) => remote.add({ a, b: 1 })));
  expect(sums).toEqual(Array.from({ length: 50 }, (_, a) => a + 1));
});

test('an error crosses with its code and its message', async () => {
  const { remote } = join();
  const error: unknown = await remote.fail({ how: 'coded' }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(EngineError);
  expect(error).toMatchObject({ code: 'model-invalid', message: 'no such layer' });
});

test('an error that is not ours crosses as internal, even when nothing was thrown', async () => {
  const { remote } = join();
  await expect(remote.fail({ how: 'plain' })).rejects.toMatchObject({
    code: 'internal',
    message: 'TypeError: a is undefined',
  });
  expect(await codeOf(remote.fail({ how: 'nothing' }))).toBe('internal');
});

test('a method that the far side lacks is rejected, a name of Object too', async () => {
  const { near } = join();
  const { remote } = link<Record<string, (arg: object) => Promise<unknown>>, object>(near, {});
  await expect(remote['subtract']?.({})).rejects.toMatchObject({
    code: 'internal',
    message: 'no such method: subtract',
  });
  expect(await codeOf(remote['toString']?.({}) ?? Promise.resolve())).toBe('internal');
  expect(await codeOf(remote['constructor']?.({}) ?? Promise.resolve())).toBe('internal');
});

test('a signal rejects the caller at once and fires on the far side', async () => {
  const { remote, aborted } = join();
  const controller = new AbortController();
  const call = codeOf(remote.wait({}, { signal: controller.signal }));
  await settled();
  expect(aborted).not.toHaveBeenCalled();
  controller.abort();
  expect(await call).toBe('cancelled');
  await settled();
  expect(aborted).toHaveBeenCalledOnce();
});

test('a call whose signal has fired already is not sent', async () => {
  const add = vi.fn(() => 0);
  const { remote } = join({ add });
  expect(await codeOf(remote.add({ a: 1, b: 1 }, { signal: AbortSignal.abort() }))).toBe(
    'cancelled',
  );
  await settled();
  expect(add).not.toHaveBeenCalled();
});

test('a signal that fires after the answer does nothing', async () => {
  const { remote, aborted } = join();
  const controller = new AbortController();
  expect(await remote.add({ a: 1, b: 1 }, { signal: controller.signal })).toBe(2);
  controller.abort();
  await settled();
  expect(aborted).not.toHaveBeenCalled();
});

test('the buffers of a moved argument and of a moved result change hands', async () => {
  let kept: Float32Array<ArrayBuffer> | undefined;
  const { remote } = join({
    fill: ({ length }) => {
      kept = new Float32Array(length).fill(1);
      return move(kept, [kept.buffer]);
    },
  });
  const bytes = new ArrayBuffer(64);
  expect(await remote.measure(move({ bytes }, [bytes]))).toBe(64);
  expect(bytes.byteLength).toBe(0);
  expect(await remote.fill({ length: 3 })).toEqual(Float32Array.of(1, 1, 1));
  expect(kept?.byteLength).toBe(0);
});

test('what is not marked is copied', async () => {
  const { remote } = join();
  const bytes = new ArrayBuffer(64);
  expect(await remote.measure({ bytes })).toBe(64);
  expect(bytes.byteLength).toBe(64);
});

test('an argument that cannot be cloned is rejected and the link lives on', async () => {
  const { remote } = join();
  const unclonable = { a: 1, b: (() => 1) as unknown as number };
  expect(await codeOf(remote.add(unclonable))).toBe('internal');
  expect(await remote.add({ a: 1, b: 1 })).toBe(2);
});

test('a result that cannot be cloned is rejected and the link lives on', async () => {
  const { remote } = join();
  expect(await codeOf(remote.leak({}))).toBe('internal');
  expect(await remote.add({ a: 1, b: 1 })).toBe(2);
});

test('closing rejects what is pending with its reason, and all later calls', async () => {
  const { watcher, remote } = join();
  const pending = codeOf(remote.wait({}));
  await settled();
  watcher.close(new EngineError('device-lost', 'the GPU is gone'));
  expect(await pending).toBe('device-lost');
  expect(await codeOf(remote.add({ a: 1, b: 1 }))).toBe('device-lost');
  watcher.close();
  expect(await codeOf(remote.add({ a: 1, b: 1 }))).toBe('device-lost');
});

test('closing fires the signals of what runs on its side', async () => {
  const { remote, calculator, aborted } = join();
  remote.wait({}).catch(() => undefined);
  await settled();
  calculator.close();
  expect(aborted).toHaveBeenCalledOnce();
});

test('the far side can be awaited without being called', async () => {
  const { remote } = join();
  expect(await Promise.resolve(remote)).toBe(remote);
});

/** Messages as the workbench or a broken sender might post them; some look very much like ours. */
const strangeMessages = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
  fc.record(
    {
      link: fc.constantFrom('lmEvolution', 'other', 7),
      t: fc.constantFrom('q', 's', 'x'),
      m: fc.oneof(
        fc.constantFrom('add', 'fail', 'measure', '$cancel', '__proto__', 'toString'),
        fc.anything(),
      ),
      a: fc.oneof(fc.array(fc.anything()), fc.tuple(fc.anything(), fc.integer()), fc.anything()),
      i: fc.oneof(fc.string(), fc.anything()),
      r: fc.anything(),
      e: fc.anything(),
    },
    { requiredKeys: [] },
  ),
);

test('no message, however garbled, breaks a link or settles a call of others', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  await fc.assert(
    fc.asyncProperty(fc.array(strangeMessages, { maxLength: 20 }), async messages => {
      const { near, far, remote, calculator } = join();
      const pending = codeOf(remote.wait({}));
      for (const message of messages) {
        postIfClonable(near, message);
        postIfClonable(far, message);
      }
      expect(await remote.add({ a: 20, b: 22 })).toBe(42);
      expect(await calculator.remote.seen({ what: 'it' })).toBe('seen it');
      calculator.close();
      expect(await Promise.race([pending, settled().then(() => 'pending')])).toBe('pending');
    }),
    { numRuns: 100 },
  );
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

function postIfClonable(port: Port, message: unknown): void {
  try {
    port.post(message);
  } catch {
    // Not a message at all: no channel would have carried it.
  }
}
