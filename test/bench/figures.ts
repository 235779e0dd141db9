import { appendFileSync, mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import { cache, root } from '../../scripts/paths.mjs';

/** One figure of a benchmark; `scripts/bench.mjs` prints them all. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'x' | 'MB' | 'fps' | '%';
  /** The largest value that is good enough; with `fps` the smallest. */
  readonly limit?: number;
  readonly note?: string;
}

const path = join(cache, 'bench', 'figures.jsonl');

/** Of the test that runs: one that leaves no figure has failed, for `scripts/benchReport.mjs`. */
export function record(figure: Figure): void {
  const { testPath = '', currentTestName: test } = expect.getState();
  mkdirSync(join(cache, 'bench'), { recursive: true });
  appendFileSync(path, `${JSON.stringify({ ...figure, file: relative(root, testPath), test })}\n`);
}

/** English prose of exactly `count` BERT tokens without the special ones: each of its words is one token. */
export function words(count: number): string {
  const sentence =
    'the old house stood on a hill above the town and every night a light burned in its highest window';
  const list = sentence.split(' ');
  return Array.from({ length: count }, (_, index) => list[index % list.length]).join(' ');
}
