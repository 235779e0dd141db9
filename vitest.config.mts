import { defineConfig } from 'vitest/config';

/** Vitest leaves a core free, which is half of a small machine. */
const maxWorkers = '100%';

/** In ms: they end what hangs, and measure nothing. A busy machine may take long for what takes a second. */
const limits = { testTimeout: 120_000, hookTimeout: 120_000 };

/** One row for each suite that Vitest runs; `scripts/test.mjs` says which of them run side by side. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          ...limits,
          maxWorkers,
        },
      },
      {
        test: {
          name: 'parity',
          include: ['test/parity/**/*.test.ts'],
          ...limits,
          maxWorkers,
        },
      },
      {
        test: {
          name: 'pages',
          include: ['test/pages/**/*.test.ts'],
          ...limits,
          // A page may wait for its turn on a busy machine.
          expect: { poll: { timeout: 20_000 } },
          // Each has a browser, which is busy half of the time.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          ...limits,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'workbench',
          include: ['test/workbench/**/*.test.ts'],
          // A window may wait for its turn on a busy machine.
          expect: { poll: { timeout: 30_000 } },
          ...limits,
          fileParallelism: false,
        },
      },
      {
        // For people to look at: `npm run screenshots`.
        test: {
          name: 'screenshots',
          include: ['test/workbench/**/*.screenshots.ts'],
          ...limits,
          fileParallelism: false,
        },
      },
      {
        // Parts of the product: `npm run pictures`.
        test: {
          name: 'pictures',
          include: ['test/workbench/**/*.pictures.ts'],
          ...limits,
          fileParallelism: false,
        },
      },
      {
        // Measures, and proves nothing: `npm run bench`.
        test: {
          name: 'bench',
          include: ['test/bench/**/*.bench.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
