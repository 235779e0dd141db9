import { expect, test, vi } from 'vitest';
import { SerialQueue } from '../../../../src/engine/onnx/queue';

// As in the worker on Node: not by a timer, which on a busy machine is due before the messages are.
const drainMessages = () => new Promise<void>(resolve => setImmediate(resolve));
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

test('jobs run one at a time, in order', async () => {
  const queue = new SerialQueue();
  const events: string[] = [];
  const job = (name: string, ms: number) =>
    queue.run(async () => {
      events.push(`${name} starts`);
      await sleep(ms);
      events.push(`${name} ends`);
      return name;
    });
  expect(await Promise.all([job('a', 20), job('b', 1), job('c', 5)])).toEqual(['a', 'b', 'c']);
  expect(events).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
});

test('a job that fails does not stop the ones behind it', async () => {
  const queue = new SerialQueue();
  const failed = queue.run(() => Promise.reject(new Error('broken')));
  const next = queue.run(() => Promise.resolve('well'));
  await expect(failed).rejects.toThrow('broken');
  expect(await next).toBe('well');
});

test('a job that throws at once does not stop the ones behind it either', async () => {
  const queue = new SerialQueue();
  const failed = queue.run(() => {
    throw new Error('broken');
  });
  await expect(failed).rejects.toThrow('broken');
  expect(await queue.run(() => Promise.resolve('well'))).toBe('well');
});

test('a job whose signal fired while it waited never starts', async () => {
  const queue = new SerialQueue();
  const controller = new AbortController();
  let hasStarted = false;
  const first = queue.run(() => sleep(20));
  const second = queue.run(() => {
    hasStarted = true;
    return Promise.resolve();
  }, controller.signal);
  controller.abort();
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  await first;
  expect(hasStarted).toBe(false);
});

test('a job that runs keeps its place although its signal fires', async () => {
  const queue = new SerialQueue();
  const controller = new AbortController();
  const events: string[] = [];
  const first = queue.run(async () => {
    controller.abort();
    await sleep(20);
    events.push('first ends');
  }, controller.signal);
  const second = queue.run(() => {
    events.push('second starts');
    return Promise.resolve();
  });
  await Promise.all([first, second]);
  expect(events).toEqual(['first ends', 'second starts']);
});

test('a message that waits is heard before the next job starts', async () => {
  const queue = new SerialQueue({ drainMessages });
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  await expect(queue.run(() => Promise.resolve(), controller.signal)).rejects.toMatchObject({
    code: 'cancelled',
  });
});

test('a message that came while a job blocked the thread is heard before the next one starts', async () => {
  const queue = new SerialQueue({ drainMessages });
  const controller = new AbortController();
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => controller.abort();
  const first = queue.run(() => {
    const until = performance.now() + 10;
    port2.postMessage('cancel');
    while (performance.now() < until) {
      // Blocks, as a run on WASM does.
    }
    return Promise.resolve();
  });
  const second = queue.run(() => Promise.resolve('ran'), controller.signal);
  await first;
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  port1.close();
});

test('many jobs that take long are told of now and then, before the last has ended', async () => {
  vi.useFakeTimers();
  try {
    const onAlive = vi.fn();
    const queue = new SerialQueue({ onAlive });
    const jobs = Array.from({ length: 8 }, () =>
      queue.run(() => new Promise<void>(resolve => setTimeout(resolve, 2000))),
    );
    await vi.advanceTimersByTimeAsync(4000);
    expect(onAlive).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(12_100);
    await Promise.all(jobs);
    expect(onAlive).toHaveBeenCalledTimes(2);
  } finally {
    vi.useRealTimers();
  }
});

test('one job that took long is told of at its end: what comes after it may take long too', async () => {
  vi.useFakeTimers();
  try {
    const onAlive = vi.fn();
    const queue = new SerialQueue({ onAlive });
    const job = queue.run(() => new Promise<void>(resolve => setTimeout(resolve, 6000)));
    await vi.advanceTimersByTimeAsync(6000);
    await job;
    expect(onAlive).toHaveBeenCalledTimes(1);
  } finally {
    vi.useRealTimers();
  }
});
