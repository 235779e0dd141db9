/** What is said of the inside of a head, in sentences. */
import { percent } from '../../src/common/text/percent';
import { decimal } from '../common/numbers';
import { nameOf } from '../matrix/units';
import { sharedHead } from './attentionHead';
import { isMaskedAt, maxDifference, type Selection } from './headRun';

/** How the weight of the chosen cell is made: "“it” asks, “cat” answers: the product 12.30 divided by √32 is …". */
export function wordsOf(selection: Selection): string {
  const { query, key, keyIndex, steps, run, head } = selection;
  const writing = run.inside.kind === 'encoder' || !isOfTarget(selection) ? '' : 'Writing ';
  const [asks, answers] = [nameOf(query), nameOf(key)];
  if (isMaskedAt(selection, keyIndex)) {
    const subject = writing ? 'the decoder' : 'it';
    return `${writing || 'At '}“${asks}”, ${subject} may not look at “${answers}”: it comes later.`;
  }
  const product = decimal(steps.products[keyIndex]);
  const made = head.scoreVector
    ? `together they score ${product}`
    : `the product ${product} divided by √${head.size} is ${decimal(steps.scores[keyIndex])}`;
  return `${writing}“${asks}” asks, “${answers}” answers: ${made}, and after the softmax ${percent(steps.weights[keyIndex] ?? 0)} of the weight.`;
}

const isOfTarget = ({ query }: Selection) => query.side === 'target';

/** What is particular to this kind of attention; a sentence each. */
export function notesOf({ run: { inside }, headIndex, head }: Selection): readonly string[] {
  const [heads] = inside.queries.shape;
  const [groups] = inside.keys.shape;
  return [
    ...(groups < heads ? [sharedWords(groups, heads, headIndex)] : []),
    ...(inside.beforeRotation
      ? [
          'Positions are rotary: before they are multiplied, query and key are turned, each pair of dimensions by an angle that grows with the place of the token. Both are shown before and after it; the product depends only on how far apart the two tokens are (Su et al. 2021).',
        ]
      : []),
    ...(head.scoreVector
      ? [
          'This attention is additive: what the decoder’s state asks and what each word of the source offers are added, tanh bends the sum, and one learned vector weighs it (Bahdanau et al. 2015). Nothing is scaled. The values are the encoder’s states.',
        ]
      : []),
    ...(head.isMasked
      ? [
          'What is masked is what stands later. The products beside −∞ are worked out here; the model does not use them.',
        ]
      : []),
  ];
}

/** Grouped-query attention. @see Ainslie et al., arXiv:2305.13245 */
function sharedWords(groups: number, heads: number, head: number): string {
  const group = sharedHead(groups, heads, head);
  const own = Array.from({ length: heads }, (_, index) => index).filter(
    index => sharedHead(groups, heads, index) === group,
  );
  const [first = head, last = head] = [own.at(0), own.at(-1)];
  return `Keys and values are shared: heads ${first + 1} to ${last + 1} of this layer use number ${group + 1} of ${groups} (grouped-query attention, Ainslie et al. 2023).`;
}

/** How exact what is worked out here is, beside the graph's own numbers. */
export const checkWords = (selection: Selection): string =>
  `Queries, keys and values are tensors of this run. Worked out from them here, the weights and the output of this row differ from the graph’s own by at most ${maxDifference(selection).toExponential(0)}.`;
