/** Scores of heads are those of the plain reference in NumPy. */
import { type Role, roles } from '../../../../src/common/protocol/usualHeads';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { Attention, Token } from '../../../../src/common/protocol/engine/types';
import {
  attentionTokens,
  linkScores,
  ranked,
  roleScores,
  tellingHead,
  tellingScores,
} from '../../../../src/common/attention/headScores';

interface Case {
  readonly name: string;
  readonly kind: Attention['kind'];
  readonly text: string;
  readonly targetText: string | null;
  readonly source: readonly Token[];
  readonly target: readonly Token[];
  readonly shape: Attention['shape'];
  readonly weights: readonly number[];
  readonly scores: Readonly<Record<Role | 'telling', readonly number[]>>;
}

const file = join(__dirname, '../../../fixtures/headScores.json');
// The file is written by training/evaluation/head_scores.py.
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];

function open({ kind, text, targetText, source, target, shape, weights }: Case) {
  const attention: Attention = { kind, shape, weights: Float32Array.from(weights) };
  const analysis: Analysis = {
    modelId: 'bert',
    ...{ source, target, targetText: targetText ?? undefined },
    ...{ attentions: [attention], candidates: [] },
    window: { start: 0, count: source.length, total: source.length },
    ...{ dropped: 0, device: 'wasm', runMs: 1 },
  };
  return { attention, tokens: attentionTokens(analysis, kind, [text]) };
}

const named = (name: string) => {
  const found = cases.find(each => each.name === name);
  if (!found) {
    throw new Error(`The fixture has no case "${name}".`);
  }
  return found;
};

describe.each(cases)('scores of heads: $name', each => {
  const { attention, tokens } = open(each);

  it.each(roles)('%s is that of the reference', role => {
    const scores = roleScores(attention, tokens)[role];
    each.scores[role].forEach((expected, head) => expect(scores[head]).toBeCloseTo(expected, 5));
  });

  it('telling is that of the reference', () => {
    const scores = tellingScores(attention, tokens);
    each.scores.telling.forEach((expected, head) => expect(scores[head]).toBeCloseTo(expected, 5));
  });
});

describe('the telling head', () => {
  it('is the one with the highest score, with the strongest link of a pronoun', () => {
    const { attention, tokens } = open(named('encoder'));
    const head = tellingHead(attention, tokens);
    const [best] = ranked(tellingScores(attention, tokens), attention);
    expect(head).toMatchObject(best ?? {});
    const word = (side: readonly Token[], index = -1) => side[index]?.text;
    expect(['she', 'it']).toContain(word(tokens.queries, head?.link.query));
    expect(['the', 'she', 'it', '.', '[CLS]', '[SEP]']).not.toContain(
      word(tokens.keys, head?.link.key),
    );
  });

  it('is weighed by what is usual', () => {
    const { attention, tokens } = open(named('encoder'));
    expect(tellingHead(attention, tokens, [0, 0, 0.1, 0])).toMatchObject({ layer: 1, head: 0 });
    expect(tellingHead(attention, tokens, [0, 0, 0, 0])).toBeUndefined();
  });

  it('is none where there is nothing far away', () => {
    const { attention, tokens } = open(named('one token'));
    expect(tellingHead(attention, tokens)).toBeUndefined();
  });
});

describe('heads for a link', () => {
  it('have the sum over the keys and the mean over the queries', () => {
    const { attention, tokens } = open(named('cross'));
    const every = tokens.keys.map((_, key) => key);
    fc.assert(
      fc.property(fc.subarray([0, 1, 2, 3], { minLength: 1 }), fc.subarray(every), (from, to) => {
        const scores = linkScores(attention, from, to);
        const rest = linkScores(
          attention,
          from,
          every.filter(key => !to.includes(key)),
        );
        scores.forEach((score, head) => expect(score + (rest[head] ?? NaN)).toBeCloseTo(1, 5));
      }),
    );
  });

  it('are ranked by it, equal ones by layer and head', () => {
    const heads = ranked([0.1, 0.3, 0.3, 0.2], { shape: [2, 2, 1, 1] });
    expect(heads.map(({ layer, head }) => `${layer}.${head}`)).toEqual([
      '0.1',
      '1.0',
      '1.1',
      '0.0',
    ]);
  });
});
