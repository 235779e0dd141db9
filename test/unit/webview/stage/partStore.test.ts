import { expect, test } from 'vitest';
import { EngineError } from '../../../../src/common/errors';
import { atRest, PartStore, type RunningState } from '../../../../webview/stage/part/livePart';

interface State extends RunningState {
  readonly shown: string | undefined;
}

const start = () => new PartStore<State>({ ...atRest, shown: undefined }, () => undefined);

test('what a run gives is shown, and it is at rest again', async () => {
  const store = start();
  const run = store.run('Reading', () => Promise.resolve({ shown: 'one' }));
  expect(store.state.work?.words).toBe('Reading');
  await run;
  expect(store.state).toEqual({ ...atRest, shown: 'one' });
});

test('a failure is told with its code, and takes away what no longer holds', async () => {
  const store = start();
  store.update({ shown: 'of another sentence' });
  const fail = () => Promise.reject(new EngineError('input-too-long', 'too long'));
  await store.run('Reading', fail, { shown: undefined });
  expect(store.state).toMatchObject({ work: undefined, shown: undefined });
  expect(store.state.error?.code).toBe('input-too-long');
});

test.each([
  ['gives', () => Promise.resolve({ shown: 'late' })],
  ['throws', () => Promise.reject(new Error('late'))],
])('what an ended run still %s changes nothing', async (_, end) => {
  const store = start();
  let free = () => {};
  const gate = new Promise<void>(resolve => (free = resolve));
  const older = store.run('Older', () => gate.then(end));
  const newer = store.run('Newer', () => gate.then(() => ({ shown: 'new' })));
  free();
  await Promise.all([older, newer]);
  expect(store.state).toEqual({ ...atRest, shown: 'new' });
});

test('nothing is said of a run that the person has ended', async () => {
  const store = start();
  const run = store.run('Reading', signal => {
    signal.throwIfAborted();
    return Promise.resolve({ shown: 'late' });
  });
  store.cancel();
  await run;
  expect(store.state).toEqual({ ...atRest, shown: undefined });
});
