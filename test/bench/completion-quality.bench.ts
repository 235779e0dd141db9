import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { expect, test } from 'vitest';
import { cache, inRoot } from '../../scripts/paths.mjs';
import { cursorContextIn } from '../../src/cli/complete';
import { defaultModel, defaultOptions } from '../../src/extension/features/completion/options';
import { Suggester } from '../../src/extension/features/completion/suggester';
import { startEngine } from '../parity/startEngine';
import { languages, setUpCorpus, writtenPositions } from './completionPositions';
import { judgePosition, type Outcome } from './completionQuality';
import { record } from './figures';
import { recordedEngine } from './recordedEngine';
import type { Outcome as Why } from '../../src/extension/features/completion/cursorContext';

const positionsOfLanguage = 100;
const { length } = defaultOptions;

/** How good what is offered is. Even positions are those that constants are chosen by; figures are of the odd ones. */
test(
  'completion-quality: what is offered at places in files that no model here has read',
  async () => {
    await setUpCorpus();
    const positions = writtenPositions(positionsOfLanguage);
    const { generate, close } = lazyEngine();
    const rows: (Outcome & { readonly language: string; readonly why: string })[] = [];
    for (const position of positions) {
      let outcome: Why | undefined;
      const suggester = new Suggester({
        load: () => Promise.resolve(),
        generate,
        rest: () => Promise.resolve(),
        now: () => performance.now(),
        onWork: () => undefined,
        onTiming: () => undefined,
        onFailure: error => {
          throw error;
        },
        onOutcome: each => (outcome = each),
      });
      const { before, after, path, language } = position;
      const context = cursorContextIn(before + after, before.length, path);
      const suggestions = await suggester.suggest(
        { context, modelId: defaultModel, length, delay: 0, isInvoked: false },
        new AbortController().signal,
      );
      suggester.reset(); // What would come next is not measured.
      const why = outcome?.kind === 'nothing' ? outcome.reason : 'offered';
      rows.push({ ...judgePosition(position, suggestions), language, why });
    }
    close();
    writeFileSync(
      join(cache, 'bench', 'completion-quality.json'),
      JSON.stringify(
        rows.map((row, index) => ({ ...positions[index], ...row })),
        undefined,
        1,
      ),
    );
    expect(rows).toHaveLength(languages.length * positionsOfLanguage);
    for (const language of [...languages, 'all']) {
      const reported = rows.filter(
        (row, index) => index % 2 === 1 && (language === 'all' || row.language === language),
      );
      const share = (of: (row: Outcome) => boolean) =>
        (100 * reported.filter(of).length) / reported.length;
      const sum = (of: (row: Outcome) => number) =>
        reported.reduce((total, row) => total + of(row), 0);
      const name = `completion-quality, ${language}: `;
      record({
        name: `${name}offers that leave the file unbalanced`,
        value: share(({ isUnbalanced }) => isUnbalanced),
        unit: '%',
        limit: 0,
      });
      record({ name: `${name}offered`, value: share(({ isOffered }) => isOffered), unit: '%' });
      record({
        name: `${name}the rest of the line to the letter, of all places`,
        value: share(({ isExact }) => isExact),
        unit: '%',
      });
      record({
        name: `${name}keys saved, of all letters that were to be written`,
        value: (100 * sum(({ saved }) => saved)) / sum(({ letters }) => letters),
        unit: '%',
      });
    }
  },
  4 * 3_600_000,
);

/** What a file does: a comment, or another path of an import, changes nothing that a model writes. */
const codeOf = (path: string): string =>
  transformSync(readFileSync(path, 'utf8'), { loader: 'ts', minifyWhitespace: true }).code.replace(
    /import\b[^;]*;/g,
    '',
  );

/** The engine, started only where a text was never written before. */
function lazyEngine() {
  const folder = inRoot('models', defaultModel);
  let engine: Awaited<ReturnType<typeof startEngine>>['engine'] | undefined;
  const version = createHash('sha256').update(readFileSync(join(folder, 'manifest.json')));
  version.update(codeOf(inRoot('src', 'engine', 'decoding', 'tokenHealing.ts')));
  const generate = recordedEngine(
    join(cache, 'bench', 'recorded'),
    version.digest('hex'),
    async (request, options) => {
      if (!engine) {
        ({ engine } = await startEngine(folder));
        await engine.load(defaultModel);
      }
      return engine.generate(request, options);
    },
  );
  return { generate, close: () => engine?.end() };
}
