/** A dependency parse as it is drawn: words in a row, and arcs over them, each on a level of its own above those inside it. */
import type { Dependency } from '../../../src/common/protocol/engine/analyze';
import type { Token } from '../../../src/common/protocol/engine/types';
import { groupByWord } from '../../../src/common/attention/wordAttention';

/** A word of the row. */
interface ParsedWord {
  /** As the user wrote it. */
  readonly text: string;
  /** Indices of its tokens in the analysis. */
  readonly tokens: readonly number[];
  /** Whether it is the root of its sentence. */
  readonly isRoot: boolean;
}

/** An arc from a head to its dependent, by their places in the row. */
export interface Arc {
  readonly dependent: number;
  readonly head: number;
  readonly relation: string;
  /** That the parser is right in both, head and relation. */
  readonly probability: number;
  /** 1 for an arc with none inside it. */
  readonly level: number;
}

/** The parse of a text, sentence after sentence. */
export interface Parse {
  readonly words: readonly ParsedWord[];
  readonly arcs: readonly Arc[];
  /** The relations of the arcs and how many have each, the most frequent first. */
  readonly relations: ReadonlyMap<string, number>;
}

/** Relations whose arcs say nothing about syntax; they are drawn only when they are chosen. */
const quietRelations = new Set(['punct', 'same-word']);

/** @param texts that were analysed, by segment. */
export function parseOf(
  tokens: readonly Token[],
  texts: readonly string[],
  dependencies: readonly Dependency[],
): Parse {
  const places = new Map(dependencies.map(({ word }, place) => [word, place]));
  const words = groupByWord(tokens).map(({ word, tokens: indices }): ParsedWord => {
    const own = indices.flatMap(index => tokens[index] ?? []);
    const start = Math.min(...own.map(token => token.start));
    const end = Math.max(...own.map(token => token.end));
    return {
      text: texts[own[0]?.segment ?? 0]?.slice(start, end) ?? '',
      tokens: indices,
      isRoot: dependencies[places.get(word) ?? -1]?.head === -1,
    };
  });
  const arcs = dependencies.flatMap(dependency => {
    const { word, head, relation, headProbability, relationProbability } = dependency;
    const [dependent, headPlace] = [places.get(word), places.get(head)];
    const probability = headProbability * relationProbability;
    return dependent === undefined || headPlace === undefined
      ? []
      : [{ dependent, head: headPlace, relation, probability }];
  });
  const counts = new Map<string, number>();
  for (const { relation } of arcs) {
    counts.set(relation, (counts.get(relation) ?? 0) + 1);
  }
  return {
    words,
    arcs: withLevels(arcs),
    relations: new Map([...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))),
  };
}

/** The arcs that are drawn: those of the chosen relation, or all that say something about syntax. */
export const drawnArcs = ({ arcs }: Parse, chosen: string | undefined): readonly Arc[] =>
  withLevels(
    arcs.filter(({ relation }) =>
      chosen === undefined ? !quietRelations.has(relation) : relation === chosen,
    ),
  );

/** Puts each arc above all that lie inside it. */
function withLevels(arcs: readonly Omit<Arc, 'level'>[]): readonly Arc[] {
  const spanOf = ({ dependent, head }: Omit<Arc, 'level'>) =>
    [Math.min(dependent, head), Math.max(dependent, head)] as const;
  const levels = new Map<Omit<Arc, 'level'>, number>();
  const byLength = arcs.toSorted(
    (a, b) => Math.abs(a.head - a.dependent) - Math.abs(b.head - b.dependent),
  );
  for (const arc of byLength) {
    const [from, to] = spanOf(arc);
    let level = 1;
    for (const [other, otherLevel] of levels) {
      const [first, last] = spanOf(other);
      if (first >= from && last <= to) {
        level = Math.max(level, otherLevel + 1);
      }
    }
    levels.set(arc, level);
  }
  return arcs.map(arc => ({ ...arc, level: levels.get(arc) ?? 1 }));
}
