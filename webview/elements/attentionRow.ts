/** A row of attention that the user sets by hand: what is asked of the engine, and what stands beside its result. */
import { html, type TemplateResult } from 'lit';
import type { AttentionOverride } from '../../src/common/protocol/engine/analyze';
import type { Manifest } from '../../src/common/protocol/manifest';
import { nothingWritten } from '../common/caution';
import type { Unit } from '../matrix/units';

/** Whether a model takes a row of attention from outside: one with additive attention does. */
export const takesAttention = ({ architecture }: Pick<Manifest, 'architecture'>): boolean =>
  architecture === 'lstm-attention';

/**
 * All the weight of a word's first step on one word of the text, and the model writes on from there.
 *
 * @param size how many tokens the source has, with its special ones.
 */
export function rowOn(query: Unit, key: Unit, size: number): AttentionOverride {
  const weights = Array.from({ length: size }, (_, token) =>
    key.tokens.includes(token) ? 1 / key.tokens.length : 0,
  );
  return { position: query.tokens[0] ?? 0, weights, continues: true };
}

/** What the model wrote without the row, and the means to take it back. */
export const byItself = (own: string, takeBack: () => void): TemplateResult =>
  html`<span
    >By itself it wrote: <span lang="fr">${own || nothingWritten}</span>
    <button class="text-button" @click=${takeBack}>Take the row back</button></span
  >`;
