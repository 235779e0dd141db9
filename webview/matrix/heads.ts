/** The chosen heads, in data and in words. */
import { allHeads } from '../../src/common/attention/attentionRow';
import type { Attention } from '../../src/common/protocol/engine/types';
import type { HeadPosition } from '../../src/common/protocol/pages/page';
import { thousands } from '../common/numbers';

/** The heads whose average is shown; none chosen means all of them. */
export type HeadChoice = readonly HeadPosition[];

export type Shape = Attention['shape'];

export const isSameHead = (a: HeadPosition, b: HeadPosition): boolean =>
  a.layer === b.layer && a.head === b.head;

/** A whole layer. */
export const headsOfLayer = (layer: number, [, heads]: Shape): HeadPosition[] =>
  Array.from({ length: heads }, (_, head) => ({ layer, head }));

/** The same head of every layer. */
export const headsOfColumn = (head: number, [layers]: Shape): HeadPosition[] =>
  Array.from({ length: layers }, (_, layer) => ({ layer, head }));

/** Whether a model has a head. */
export const isThere = ({ layer, head }: HeadPosition, shape: Shape): boolean =>
  layer < shape[0] && head < shape[1];

/** Whether the average of all heads is what a choice shows. */
export const isEvery = (choice: HeadChoice, shape: Shape): boolean =>
  shownHeads(choice, shape).length === shape[0] * shape[1];

/** The heads that are averaged: those chosen that the model has, else all. */
export function shownHeads(choice: HeadChoice, shape: Shape): readonly HeadPosition[] {
  const there = choice.filter(one => isThere(one, shape));
  return there.length > 0 ? there : allHeads(shape);
}

/** What a click makes of a choice: exactly these heads, or all again where they were chosen already. */
export function choose(choice: HeadChoice, heads: readonly HeadPosition[]): HeadChoice {
  return sameHeads(choice, heads) ? [] : heads;
}

/** What a shift-click makes of a choice: these heads as well, or without them where all were chosen already. */
export function addOrRemove(choice: HeadChoice, heads: readonly HeadPosition[]): HeadChoice {
  const isIn = (head: HeadPosition) => choice.some(other => isSameHead(other, head));
  return heads.every(isIn)
    ? choice.filter(head => !heads.some(other => isSameHead(other, head)))
    : [...choice, ...heads.filter(head => !isIn(head))];
}

const sameHeads = (a: HeadChoice, b: HeadChoice) =>
  a.length === b.length && a.every(head => b.some(other => isSameHead(head, other)));

/**
 * The mean of some heads' matrices.
 *
 * @returns [Q, K], row-major; every row sums to 1. A view of the tensor for one head, not to be changed.
 */
export function averageHeads(
  { shape, weights }: Attention,
  heads: readonly HeadPosition[],
): Float32Array<ArrayBuffer> {
  const size = shape[2] * shape[3];
  const matrixOf = ({ layer, head }: HeadPosition) => {
    const start = (layer * shape[1] + head) * size;
    return weights.subarray(start, start + size);
  };
  const [only] = heads;
  if (only && heads.length === 1) {
    return matrixOf(only);
  }
  const mean = new Float32Array(size);
  for (const head of heads) {
    const matrix = matrixOf(head);
    for (let index = 0; index < size; index++) {
      mean[index]! += matrix[index]!;
    }
  }
  for (let index = 0; index < size; index++) {
    mean[index]! /= heads.length;
  }
  return mean;
}

/** "layer 5, head 3"; counted from 1, as the navigator counts. */
export function headsInWords(choice: HeadChoice, shape: Shape): string {
  const heads = shownHeads(choice, shape);
  const [first] = heads;
  const total = shape[0] * shape[1];
  if (!first || heads.length === total) {
    return total === 1 ? 'the only head' : `average of all ${thousands(total)} heads`;
  }
  if (heads.length === 1) {
    return `layer ${first.layer + 1}, head ${first.head + 1}`;
  }
  if (sameHeads(heads, headsOfLayer(first.layer, shape))) {
    return `layer ${first.layer + 1}, average of its ${shape[1]} heads`;
  }
  if (sameHeads(heads, headsOfColumn(first.head, shape))) {
    return `head ${first.head + 1}, average of all ${shape[0]} layers`;
  }
  const named = heads.slice(0, 4).map(({ layer, head }) => `${layer + 1}.${head + 1}`);
  const more = heads.length > named.length ? ' …' : '';
  return `average of ${heads.length} heads: ${named.join(', ')}${more}`;
}
