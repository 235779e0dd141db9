import { afterEach, expect, test, vi } from 'vitest';
import { download } from '../../../../webview/common/download';

afterEach(() => vi.unstubAllGlobals());

const parts = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)];

function serve(status = 200): void {
  const body = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        parts.forEach(part => controller.enqueue(part));
        controller.close();
      },
    });
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body(), { status })));
}

test.each([
  ['that is known', 5],
  ['that is not', undefined],
  ['that is said to be smaller', 2],
  ['that is said to be larger', 9],
  ['that is said to be nothing', 0],
])('a file of a size %s is read whole, into a buffer of its own', async (_, size) => {
  serve();
  const { bytes } = download('any', size);
  expect([...new Uint8Array(await bytes)]).toEqual([1, 2, 3, 4, 5]);
});

test('it tells how many bytes have come, also to who asks late', async () => {
  serve();
  const begun = download('any', 5);
  await begun.bytes;
  expect(begun.loaded).toBe(5);

  const heard: number[] = [];
  const other = download('any', 5);
  other.onBytes = count => heard.push(count);
  await other.bytes;
  expect(heard).toEqual([3, 2]);
});

test('what cannot be read is told to who wants it, and to nobody else', async () => {
  serve(404);
  const { bytes } = download('any');
  await expect(bytes).rejects.toThrow('404');
});
