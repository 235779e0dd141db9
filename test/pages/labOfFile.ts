import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { PageLab, type OpenOptions, type OpenPage } from './pageLab';

/** One laboratory for a file of tests. After each test its last page is closed, and must not have complained. */
export function labOfFile(): Pick<PageLab, 'open'> {
  let lab: PageLab;
  let page: OpenPage | undefined;
  beforeAll(async () => {
    lab = await PageLab.start({ isWarm: true });
  });
  afterAll(() => lab.stop());
  afterEach(async () => {
    const last = page;
    page = undefined;
    expect(last?.complaints ?? []).toEqual([]);
    await last?.close();
  });
  return {
    async open(options?: OpenOptions) {
      page = await lab.open(options);
      return page;
    },
  };
}
