/** What the syntax of a text is drawn from: its parse, the arcs shown, and the heads that agree with the chosen relation. */
import type { Attention } from '../../../src/common/protocol/engine/types';
import type { Dependency } from '../../../src/common/protocol/engine/analyze';
import {
  antecedent,
  bestHeads,
  headAgreement,
  type RankedHead,
  type RelationAgreement,
} from '../../../src/common/attention/headAgreement';
import { memo } from '../../common/store';
import { type Arc, drawnArcs, type Parse, parseOf } from './parse';
import type { AnalysedText } from '../text/shown';

/** A relation that can be chosen. */
interface RelationChoice {
  readonly relation: string;
  /** How many arcs of the text have it. */
  readonly count: number;
}

export interface SyntaxView {
  readonly parse: Parse;
  readonly arcs: readonly Arc[];
  readonly relations: readonly RelationChoice[];
  /** The relation that is chosen, if the text has it. */
  readonly chosen: string | undefined;
  /** How the chosen relation is found by heads, the best ones. */
  readonly agreement:
    { readonly relation: RelationAgreement; readonly best: readonly RankedHead[] } | undefined;
}

const maxHeads = 5;

/** Makes views; each part is computed again only when what it is made of has changed. */
export function createSyntaxViewMaker(): (
  shown: AnalysedText,
  attention: Attention,
  dependencies: readonly Dependency[],
  relation: string,
) => SyntaxView {
  const parse = memo(({ read, analysis }: AnalysedText, dependencies: readonly Dependency[]) =>
    parseOf(analysis.source, read.texts, dependencies),
  );
  const arcs = memo(drawnArcs);
  // Some 70 heads times the square of the text: only for a relation that is asked for.
  const agreements = memo(
    (attention: Attention, { analysis }: AnalysedText, dependencies: readonly Dependency[]) =>
      headAgreement(attention, analysis.source, dependencies),
  );
  return memo((shown, attention, dependencies, relation) => {
    const parsed = parse(shown, dependencies);
    const found = agreements(attention, shown, dependencies);
    const agreement = found.find(one => one.relation === relation);
    return {
      parse: parsed,
      arcs: arcs(parsed, agreement && relation !== antecedent ? relation : undefined),
      relations: [
        ...found.filter(({ relation: name }) => name !== antecedent),
        // Of no tree: apart, at the end.
        ...found.filter(({ relation: name }) => name === antecedent),
      ].map(({ relation: name, count }) => ({ relation: name, count })),
      chosen: agreement && relation,
      agreement: agreement && {
        relation: agreement,
        best: bestHeads(agreement, attention.shape, maxHeads),
      },
    };
  });
}
