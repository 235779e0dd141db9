/** The branches as a tree. */
import { html, nothing, type TemplateResult } from 'lit';
import { drawn } from './bars';
import type { SpelledToken } from './tokenLabels';
import { percent } from '../../src/common/text/percent';

/** Deeper forks are not indented further: the line must stay on the page. */
const deepest = 4;

/** A node as it is drawn. */
export interface DrawnNode extends TreeNode {
  readonly token: SpelledToken;
  /** Of this token after what stands before it; undefined where it is not known. */
  readonly probability: number | undefined;
  /** Where the user is. */
  readonly isCurrent: boolean;
  /** On the way to where the user is. */
  readonly isOnTheWay: boolean;
  /** Weighed and left. */
  readonly isLeft: boolean;
  /** For a screen reader and the tooltip, beyond token and probability. */
  readonly note: string;
}

/** A tree of tokens: each way to its end is a line, what forks from it is below, indented. A click goes there. */
export function tree(
  label: string,
  nodes: readonly DrawnNode[],
  onGo: (index: number) => void,
  compare?: (a: number, b: number) => number,
): TemplateResult {
  const chains = chainsOf(nodes, compare);
  const current = nodes.findIndex(({ isCurrent }) => isCurrent);
  return html`<div class="tree code" role="group" aria-label=${label} @keydown=${onTreeKey}>
    ${chains.map(({ nodes: chain, from, depth }, line) => {
      const fork = nodes[from];
      return html`<div class="chain" dir="auto" data-depth=${Math.min(depth, deepest)}>
        ${
          fork
            ? html`<span class="fork quiet" title=${`Forks after ${fork.token.label}`}
                >${drawn(fork.token)}</span
              >`
            : nothing
        }${chain.map((index, place) => {
          const node = nodes[index];
          const isStop = current < 0 ? line === 0 && place === 0 : index === current;
          return node && nodeButton(node, isStop, () => onGo(index));
        })}
      </div>`;
    })}
  </div>`;
}

/** A token as a button. @param isStop whether the Tab key stops at it. */
export function nodeButton(
  { token, probability, isCurrent, isOnTheWay, isLeft, note }: DrawnNode,
  isStop: boolean,
  onGo: () => void,
): TemplateResult {
  const words = [token.label, probability === undefined ? '' : percent(probability), note]
    .filter(Boolean)
    .join(', ');
  return html`<button
    class=${`token node${isOnTheWay ? ' on-the-way' : ''}${isLeft ? ' left' : ''}`}
    tabindex=${isStop ? 0 : -1}
    aria-current=${isCurrent ? 'step' : nothing}
    aria-label=${words}
    title=${words}
    @click=${onGo}
  >
    ${drawn(token)}
  </button>`;
}

/** All tokens in reading order: left and right along a line, up and down to the next line. */
export function onTreeKey(event: KeyboardEvent): void {
  const whole = event.currentTarget instanceof HTMLElement ? event.currentTarget : undefined;
  const all = [...(whole?.querySelectorAll<HTMLElement>('.node') ?? [])];
  const here = all.findIndex(one => one === document.activeElement);
  const line = (from: Element | null | undefined) => from?.querySelector<HTMLElement>('.node');
  const chain = document.activeElement?.closest('.chain');
  const targets: Partial<Record<string, HTMLElement | null | undefined>> = {
    ArrowRight: all[here + 1],
    ArrowLeft: all[here - 1],
    ArrowDown: line(chain?.nextElementSibling),
    ArrowUp: line(chain?.previousElementSibling),
    Home: all[0],
    End: all.at(-1),
  };
  if (event.key in targets) {
    event.preventDefault();
    targets[event.key]?.focus();
  }
}

/** A node of a tree that is drawn: of branches, or of a beam search. */
export interface TreeNode {
  /** Index of its parent, less than its own; -1 for the root, which is not drawn. */
  readonly parent: number;
}

/** A way through the tree to its end, always along the first child: one line. */
export interface Chain {
  /** Indexes, from the first to the last; at least one. */
  readonly nodes: readonly number[];
  /** Index of the node of a line above that it forks from; -1 for the root. */
  readonly from: number;
  /** How many lines it hangs from. */
  readonly depth: number;
}

/**
 * A tree as lines: a way to its end, then what forks from it, from its beginning on. There are as many lines as ways.
 *
 * @param compare orders the children of a node; by default as they were added.
 */
export function chainsOf(
  nodes: readonly TreeNode[],
  compare: (a: number, b: number) => number = (a, b) => a - b,
): readonly Chain[] {
  const children = new Map<number, number[]>();
  nodes.forEach(({ parent }, index) => {
    const siblings = children.get(parent);
    if (siblings) {
      siblings.push(index);
    } else {
      children.set(parent, [index]);
    }
  });
  children.forEach(siblings => siblings.sort(compare));
  const chains: Chain[] = [];
  // A stack and no recursion: a tree may be as deep as a text is long.
  const open = (children.get(-1) ?? []).map(first => ({ first, from: -1, depth: 0 })).reverse();
  for (let start = open.pop(); start; start = open.pop()) {
    const { first, from, depth } = start;
    const chain = [first];
    const forks: typeof open = [];
    for (let last: number | undefined = first; last !== undefined;) {
      const [next, ...others]: number[] = children.get(last) ?? [];
      for (const other of others) {
        forks.push({ first: other, from: last, depth: depth + 1 });
      }
      if (next !== undefined) {
        chain.push(next);
      }
      last = next;
    }
    chains.push({ nodes: chain, from, depth });
    open.push(...forks.reverse());
  }
  return chains;
}
