import { beforeAll, describe, expect, test } from 'vitest';
import { forceTarget, type TeacherForcingResult } from '../../src/engine/translator/teacherForcing';
import type { HiddenStates, Rows } from '../../src/common/protocol/engine/types';
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import type { Manifest } from '../../src/common/protocol/manifest';
import { compareTokens, differences, largestRowError, report, tolerance } from './compare';
import { foldersOf } from './folders';
import { readManifest } from './modelFiles';
import { openTranslator } from './openTranslator';
import { startEngine } from './startEngine';
import { readTranslatorFixtures, type TranslatorFixtures } from './translatorFixtures';

describe.each(foldersOf('encoder-decoder'))('%s', folder => {
  let engine: EngineClient;
  let modelId: string;
  let architecture: Manifest['architecture'];
  let fixtures: TranslatorFixtures;

  beforeAll(async () => {
    fixtures = await readTranslatorFixtures(folder);
    ({ architecture } = await readManifest(folder));
    ({ engine, modelId } = await startEngine(folder));
    return () => engine.end();
  });

  test('tokens are those of the reference tokenizer, and know their place', async () => {
    await compareTokens(engine, modelId, fixtures.tokenizer, tokens => tokens.slice(0, -1));
  });

  test('greedy translations and their log-probabilities are those of PyTorch', async () => {
    let largest = 0;
    for (const { name, text, sourceIds, greedy } of fixtures.translations) {
      const generation = await engine.generate({ modelId, text, strategy: { kind: 'greedy' } });
      expect(idsOf(generation.source), name).toEqual(sourceIds);
      expect(idsOf(generation.target), name).toEqual(greedy.ids);
      expect(stripped(generation.text), name).toBe(greedy.text);
      expect(generation.finish, name).toBe(greedy.ended ? 'end-of-sequence' : 'length');
      const difference = differences(generation.logProbabilities, greedy.logProbabilities);
      expect(difference.largest, name).toBeLessThanOrEqual(tolerance);
      largest = Math.max(largest, difference.largest);
    }
    report(`${modelId}: log-probabilities are at most ${largest.toExponential(1)} from PyTorch's.`);
  });

  test('all hypotheses of beam search are those of the reference, in its order', async () => {
    for (const { name, text, beam } of fixtures.translations) {
      const { beams, lengthPenalty, hypotheses } = beam;
      const generation = await engine.generate({
        modelId,
        text,
        strategy: { kind: 'beam', beams, lengthPenalty },
      });
      expect(idsOf(generation.target), name).toEqual(hypotheses[0]?.ids);
      expect(
        generation.hypotheses.map(hypothesis => stripped(hypothesis.text)),
        name,
      ).toEqual(hypotheses.map(hypothesis => hypothesis.text));
      const totals = generation.hypotheses.map(hypothesis => hypothesis.logProbability);
      const expected = hypotheses.map(hypothesis => hypothesis.logProbability);
      expect(differences(totals, expected).largest, name).toBeLessThanOrEqual(10 * tolerance);
    }
  });

  test('beam search with one beam is greedy', async () => {
    for (const { name, text, greedy } of fixtures.translations) {
      const strategy = { kind: 'beam', beams: 1 } as const;
      const { target } = await engine.generate({ modelId, text, strategy });
      expect(idsOf(target), name).toEqual(greedy.ids);
    }
  });

  test('attention and states of each step are those of PyTorch', async () => {
    const inside = fixtures.translations.filter(translation => translation.inside);
    expect(inside).not.toHaveLength(0);
    // Random parameters write bytes that are no text, so the ids go to the graphs themselves.
    const { graphs, begin, release } = await openTranslator(folder);
    for (const { name, sourceIds, greedy, inside: expected = {} } of inside) {
      const watched = { attention: true, hiddenStates: true, top: 0 };
      const forced = await forceTarget(graphs, sourceIds, greedy.ids, begin, watched);
      const shown = shownBy(forced);
      expect(Object.keys(shown).sort(), name).toEqual(Object.keys(expected).sort());
      for (const [graphName, { shape, values }] of Object.entries(expected)) {
        const actual = shown[graphName];
        expect(actual?.shape, `${name}, ${graphName}`).toEqual(shape);
        const { largest } = differences(actual?.values, values);
        expect(largest, `${name}, ${graphName}`).toBeLessThanOrEqual(tolerance);
      }
      for (const attention of forced.attentions) {
        expect(largestRowError(attention), name).toBeLessThanOrEqual(tolerance);
      }
    }
    await release();
  });

  test('the attention of a generation is that of its forced target', async () => {
    const { graphs, begin, release } = await openTranslator(folder);
    const compared: string[] = [];
    for (const { name, text, sourceIds, inside = {}, greedy } of fixtures.translations) {
      const strategy = { kind: 'greedy' } as const;
      const { attentions } = await engine.generate({ modelId, text, strategy, attention: true });
      const watched = { attention: true, hiddenStates: false, top: 0 };
      const forced = await forceTarget(graphs, sourceIds, greedy.ids, begin, watched);
      expect(
        attentions.map(({ kind }) => kind),
        name,
      ).toEqual(forced.attentions.map(({ kind }) => kind));
      for (const [index, { kind, shape, weights }] of attentions.entries()) {
        expect(shape[2], name).toBe(kind === 'encoder' ? shape[3] : greedy.ids.length);
        expect(shape, name).toEqual(forced.attentions[index]?.shape);
        const ofForced = forced.attentions[index]?.weights ?? [];
        expect(ofForced, name).toHaveLength(weights.length);
        expect(differences(weights, ofForced).largest, name).toBeLessThanOrEqual(tolerance);
        const ofPyTorch = inside[`${kind}_attentions`];
        if (ofPyTorch) {
          const { largest } = differences(weights, ofPyTorch.values);
          expect(largest, name).toBeLessThanOrEqual(tolerance);
          compared.push(`${name}: ${kind}_attentions`);
        }
      }
    }
    const stored = fixtures.translations.flatMap(({ name, inside = {} }) =>
      Object.keys(inside).map(graphName => `${name}: ${graphName}`),
    );
    expect(compared.sort()).toEqual(stored.filter(one => one.endsWith('_attentions')).sort());
    await release();
  });

  test('attention that is given by hand leads where it leads in PyTorch', async ({ skip }) => {
    if (architecture !== 'lstm-attention') {
      return skip('its graph takes no attention');
    }
    const all = fixtures.translations.flatMap(each =>
      each.given ? [{ ...each, given: each.given }] : [],
    );
    expect(all).not.toHaveLength(0);
    for (const { name, text, sourceIds, given } of all) {
      const weights = sourceIds.map((_, position) => Number(position === given.position));
      const { candidates, attentions } = await engine.analyze({
        modelId,
        text,
        targetText: 'x',
        top: Math.min(given.logProbabilities.length, mostCandidates),
        attentionOverride: { position: 0, weights },
      });
      const [first = []] = candidates;
      const expected = first.map(({ id }) => Math.exp(given.logProbabilities[id] ?? NaN));
      const actual = first.map(({ probability }) => probability);
      expect(actual.length, name).toBeGreaterThan(0);
      expect(differences(actual, expected).largest, name).toBeLessThanOrEqual(tolerance);
      expect([...(attentions[0]?.weights.slice(0, weights.length) ?? [])], name).toEqual(weights);
    }
  });

  test('a translation that is forced has the log-probability it had when it was found', async () => {
    const { graphs, begin, release } = await openTranslator(folder);
    const watched = { attention: false, hiddenStates: false, top: 0 };
    let scored = 0;
    for (const { name, text, sourceIds } of fixtures.translations) {
      const strategy = { kind: 'beam', beams: 5 } as const;
      const found = await engine.generate({ modelId, text, strategy });
      const ids = idsOf(found.target);
      const forced = await forceTarget(graphs, sourceIds, ids, begin, watched);
      expect(sumOf(forced.logProbabilities), name).toBeCloseTo(found.logProbability, 3);
      if (found.text.trim() === '') {
        continue; // Random parameters may have nothing to say.
      }
      const score = await engine.score({ modelId, text, targetText: found.text });
      if (idsOf(score.tokens).join() === ids.join()) {
        expect(score.logProbability, name).toBeCloseTo(found.logProbability, 3);
        scored++;
      }
    }
    await release();
    // Random parameters write bytes that are no text, which is read as other tokens.
    expect(scored).toBeGreaterThanOrEqual(folder.includes('tiny') ? 0 : 8);
  });
});

/** As many as the engine tells at one place. */
const mostCandidates = 1000;

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const idsOf = (tokens: readonly { readonly id: number }[]) => tokens.map(({ id }) => id);

/** Text as the reference strips it, which counts the separators of ASCII as space. */
const stripped = (text: string) => text.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, '');

interface Shown {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** By the names of the graphs. */
function shownBy({ attentions, states }: TeacherForcingResult): Record<string, Shown> {
  const { hiddenStates, cellStates, targetHiddenStates, targetCellStates } = states;
  const isLstm = targetCellStates !== undefined;
  const all: Record<string, HiddenStates | Rows | undefined> = {
    encoder_hidden_states: hiddenStates,
    encoder_cell_states: cellStates,
    decoder_hidden_states: isLstm ? undefined : targetHiddenStates,
    'present.hidden': isLstm ? targetHiddenStates : undefined,
    'present.cell': targetCellStates,
    attention_scores: states.attentionScores,
    context: states.contexts,
  };
  return Object.fromEntries<Shown>([
    ...attentions.map(
      ({ kind, shape, weights }) => [`${kind}_attentions`, { shape, values: weights }] as const,
    ),
    ...Object.entries(all).flatMap(([name, state]) => (state ? [[name, state] as const] : [])),
  ]);
}
