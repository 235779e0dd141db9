import { expect, test, vi } from 'vitest';
import { lazyAsync } from '../../../../src/extension/workbench/promises';

test('what was read is kept, and those who ask at once share it', async () => {
  const read = vi.fn(() => Promise.resolve({}));
  const once = lazyAsync(read);
  const [first, second] = await Promise.all([once(), once()]);
  expect(first).toBe(second);
  expect(await once()).toBe(first);
  expect(read).toHaveBeenCalledTimes(1);
});

test('a failure is not kept', async () => {
  const read = vi.fn().mockRejectedValueOnce(new Error('gone')).mockResolvedValueOnce('back');
  const once = lazyAsync(read);
  await expect(once()).rejects.toThrow('gone');
  expect(await once()).toBe('back');
});
