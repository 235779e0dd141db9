import type { BeamNode } from '../../common/protocol/engine/generate';
import type { Tokenizer } from '../tokenizer/tokenizer';
import type { Weighed, Written } from './sequences';

/** Grows the tree of what beam search weighs; there is no search in it. */
export class BeamTree {
  readonly #nodes: Omit<BeamNode, 'text' | 'hypothesis'>[] = [];
  /** Index of the node that a sequence ends in. */
  readonly #places = new Map<string, number>();

  readonly add = (weighed: readonly Weighed[]): void => {
    for (const { tokens, ...node } of weighed) {
      this.#places.set(tokens.join(), this.#nodes.length);
      this.#nodes.push({
        ...node,
        parent: this.#places.get(tokens.slice(0, -1).join()) ?? -1,
        id: tokens.at(-1)!,
        step: tokens.length - 1,
      });
    }
  };

  /** @param written the hypotheses, in their order. */
  nodes(tokenizer: Tokenizer, written: readonly Written[]): readonly BeamNode[] {
    const hypotheses = new Map(
      written.map(({ tokens }, index) => [this.#places.get(tokens.join()), index]),
    );
    return this.#nodes.map((node, index) => ({
      ...node,
      text: tokenizer.readableTextOf(node.id),
      hypothesis: hypotheses.get(index),
    }));
  }
}
