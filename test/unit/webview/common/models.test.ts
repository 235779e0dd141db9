import { expect, test } from 'vitest';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import bert from '../../../../models/bert/manifest.json' with { type: 'json' };
import smollm2 from '../../../../models/smollm2/manifest.json' with { type: 'json' };
import transformer from '../../../../models/transformer/manifest.json' with { type: 'json' };
import { titleOf, titlesOf } from '../../../../webview/common/models';

test('a model has a short title by year and job', () => {
  expect([transformer, bert, smollm2].map(titleOf)).toEqual([
    'Transformer 2017, EN→FR',
    'BERT 2018',
    'SmolLM2 2024',
  ]);
});

test('models whose titles would be the same have their whole names', () => {
  const named = (name: string) => ({ ...bert, name }) as unknown as Manifest;
  expect(titlesOf([named('BERT (small)'), named('BERT (large)'), named('RoBERTa')])).toEqual([
    'BERT (small)',
    'BERT (large)',
    'RoBERTa 2018',
  ]);
});
