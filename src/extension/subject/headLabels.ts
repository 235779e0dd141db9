/** Which heads the host shows, and why, in words. */
import { l10n } from 'vscode';
import type { HeadPosition } from '../../common/attention/attention';
import {
  averagedHeads,
  type ChoiceKind,
  type ChosenHeads,
  existingHeads,
  type HeadCounts,
  kindOf,
  resolveHeads,
} from '../../common/attention/chosenHeads';

const { t } = l10n;

/** The heads whose average is shown, and how they came to be. */
export interface ShownHeads {
  /** At least one. */
  readonly averaged: readonly HeadPosition[];
  /** What they are: the most telling head is a head. */
  readonly kind: ChoiceKind;
  /** How many heads the model has. */
  readonly total: number;
  /** Nobody has chosen them: they are the most telling head, or all where no head tells anything. */
  readonly isAutomatic: boolean;
}

/** @param telling the most telling head of the text; undefined where none tells anything. */
export function shownHeads(
  chosen: ChosenHeads,
  counts: HeadCounts,
  telling: HeadPosition | undefined,
): ShownHeads {
  const shape = [counts.layers, counts.heads] as const;
  const heads = resolveHeads(chosen, shape, telling);
  return {
    averaged: averagedHeads(heads, shape),
    kind: kindOf(heads, counts),
    total: counts.layers * counts.heads,
    isAutomatic: existingHeads(chosen, shape) === undefined,
  };
}

/** "layer 3, head 7", counted from 1 as everywhere on screen. */
export function headLabel({ kind, averaged }: ShownHeads): string {
  switch (kind.kind) {
    case 'telling':
    case 'all':
      return t('all heads');
    case 'layer':
      return t('layer {0}', kind.layer + 1);
    case 'head':
      return t('layer {0}, head {1}', kind.layer + 1, kind.head + 1);
    case 'several':
      return t('average of {0} heads', averaged.length);
  }
}

/** Which heads are shown and why, in one line. */
export function whyHeads(heads: ShownHeads): string {
  const label = headLabel(heads);
  if (!heads.isAutomatic) {
    return t('Shown: {0}, as chosen by key or in the panel.', label);
  }
  return heads.kind.kind === 'head'
    ? t('Shown: {0}, the most telling of {1} heads here.', label, heads.total)
    : t('Shown: all heads, because none tells more than the others here.');
}
