/** The steps that the keys take from one choice of heads to the next. */
import { allHeads, type HeadPosition } from '../../../common/attention/attention';
import { type ChosenHeads, type HeadCounts, kindOf } from '../../../common/attention/chosenHeads';

/** A step forward or back. */
export type Step = 1 | -1;

/**
 * Steps through the most telling head, all heads together, layer 1, ..., the last layer, and around. A chosen head stays
 * the same in the next layer.
 */
export function stepLayer(chosen: ChosenHeads, step: Step, counts: HeadCounts): ChosenHeads {
  const from = kindOf(chosen, counts);
  const places = counts.layers + 2;
  const place = 'layer' in from ? from.layer + 2 : from.kind === 'all' ? 1 : 0;
  const next = (place + step + places) % places;
  const layer = next - 2;
  if (next < 2) {
    return next === 0 ? undefined : [];
  }
  return 'head' in from ? [{ layer, head: from.head }] : layerHeads(layer, counts);
}

/**
 * Steps through the average of the layer, head 1, ..., the last head, and around. From the most telling head it goes on
 * to its neighbours, and from all layers it begins in an outer one.
 *
 * @param telling the head that is shown where none is chosen.
 */
export function stepHead(
  chosen: ChosenHeads,
  step: Step,
  counts: HeadCounts,
  telling: HeadPosition | undefined,
): ChosenHeads {
  const from = kindOf(chosen ?? (telling ? [telling] : []), counts);
  const layer = 'layer' in from ? from.layer : step === 1 ? 0 : counts.layers - 1;
  const place = 'head' in from ? from.head + 1 : 0;
  const next = (place + step + counts.heads + 1) % (counts.heads + 1);
  return next === 0 ? layerHeads(layer, counts) : [{ layer, head: next - 1 }];
}

const layerHeads = (layer: number, { layers, heads }: HeadCounts): readonly HeadPosition[] =>
  allHeads([layers, heads]).filter(one => one.layer === layer);
