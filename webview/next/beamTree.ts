/** The tree of a beam search as a drawing: a column for each step, a line for each token, and why the winner won. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { BeamNode } from '../../src/common/protocol/engine/generate';
import { decimal } from '../common/numbers';
import { drawn } from './bars';
import { type DrawnNode, onTreeKey, nodeButton, chainsOf } from './tree';

/** Of a step and of a way, in CSS pixels. */
const stepWidth = 92;
const rowHeight = 40;
/** Of the lines to the first tokens. */
const rootWidth = 32;

/** A node with what is written at its branch. */
export interface DrawnBeamNode extends DrawnNode {
  /** In nats. */
  readonly logProbability: number;
  readonly step: number;
}

/**
 * Rows of the nodes: each way to its end keeps the row that it begins in, and what forks from it has a row further down.
 *
 * @param nodes a parent before its children.
 */
export function rowsOf(
  nodes: readonly { readonly parent: number }[],
  compare?: (a: number, b: number) => number,
): readonly number[] {
  const rows = nodes.map(() => 0);
  chainsOf(nodes, compare).forEach((chain, row) => {
    for (const index of chain.nodes) {
      rows[index] = row;
    }
  });
  return rows;
}

/** Width of the line to a token, 1 to 8 pixels by its probability. */
export const lineWidth = (probability: number): number => 1 + 7 * Math.min(1, probability);

/** The drawing. A token is a button; its log-probability stands under it. */
export function beamTree(
  label: string,
  nodes: readonly DrawnBeamNode[],
  onGo: (index: number) => void,
  compare?: (a: number, b: number) => number,
): TemplateResult {
  const rows = rowsOf(nodes, compare);
  const current = nodes.findIndex(({ isCurrent }) => isCurrent);
  const steps = Math.max(0, ...nodes.map(({ step }) => step)) + 1;
  const height = (Math.max(0, ...rows) + 1) * rowHeight;
  const place = (index: number) => ({
    x: (nodes[index]?.step ?? 0) * stepWidth + rootWidth,
    y: (rows[index] ?? 0) * rowHeight + 12,
  });
  return html`<div class="beam-box">
    <div
      class="beam-tree code"
      role="group"
      aria-label=${label}
      style=${`width: ${steps * stepWidth + rootWidth}px; height: ${height}px`}
      @keydown=${onTreeKey}
    >
      <svg aria-hidden="true" width=${steps * stepWidth + rootWidth} height=${height}>
        ${nodes.map(({ parent, isLeft, probability = 0 }, index) => {
          const [from, to] = [place(parent), place(index)];
          const start = parent < 0 ? 0 : from.x;
          const bend = parent < 0 ? rootWidth / 2 : stepWidth / 3;
          const middle = to.x - bend;
          return svg`<path
            class=${isLeft ? 'left' : ''}
            stroke-width=${lineWidth(probability).toFixed(1)}
            d=${`M ${start} ${parent < 0 ? 12 : from.y} C ${middle} ${parent < 0 ? 12 : from.y} ${start + bend} ${to.y} ${to.x} ${to.y}`}
          />`;
        })}
      </svg>
      ${nodes.map((node, index) => {
        const { x, y } = place(index);
        const isStop = current < 0 ? index === 0 : index === current;
        return html`<span
          class=${`beam-node chain${node.isLeft ? ' left' : ''}`}
          style=${`left: ${x}px; top: ${y - 12}px`}
          >${nodeButton(node, isStop, () => onGo(index))}<span
            class="beam-number quiet"
            aria-hidden="true"
            >${decimal(node.logProbability)}</span
          ></span
        >`;
      })}
    </div>
  </div>`;
}

/** A way that was kept to the end: its sum, its length, and the mean by which ways are compared. */
export interface BeamScore {
  readonly hypothesis: number;
  /** Sum of the log-probabilities, in nats. */
  readonly total: number;
  readonly length: number;
  /** total / length: the length penalty is 1. */
  readonly score: number;
  /** Index of its last node. */
  readonly node: number;
}

/** The ways that were kept to the end, the winner first. */
export const beamScores = (nodes: readonly BeamNode[]): readonly BeamScore[] =>
  nodes
    .flatMap(({ hypothesis, total, step }, node) =>
      hypothesis === undefined
        ? []
        : [{ hypothesis, total, length: step + 1, score: total / (step + 1), node }],
    )
    .sort((a, b) => a.hypothesis - b.hypothesis);

/** Why the winner won: each way's sum over its length. */
export function scoreTable(
  scores: readonly BeamScore[],
  nodes: readonly DrawnBeamNode[],
): TemplateResult | typeof nothing {
  const [winner, second] = scores;
  return winner === undefined
    ? nothing
    : html`<table class="layers beam-scores">
          <thead>
            <tr>
              <th scope="col">Way</th>
              <th scope="col">Ends in</th>
              <th scope="col" class="number">Sum</th>
              <th scope="col" class="number">Tokens</th>
              <th scope="col" class="number">Sum ÷ tokens</th>
            </tr>
          </thead>
          <tbody>
            ${scores.map(({ hypothesis, total, length, score, node }) => {
              const end = nodes[node];
              return html`<tr class=${hypothesis === 0 ? 'is-watched' : ''}>
                <th scope="row">${hypothesis + 1}</th>
                <td class="code">${end ? drawn(end.token) : nothing}</td>
                <td class="number">${decimal(total)}</td>
                <td class="number">${length}</td>
                <td class="number">${decimal(score, 3)}</td>
              </tr>`;
            })}
          </tbody>
        </table>
        <p class="quiet small">
          ${
            second === undefined
              ? 'It is the only way that was kept.'
              : `Way 1 won: ${decimal(winner.score, 3)} a token is more than ${decimal(second.score, 3)}. The sum is divided by the number of tokens (length penalty 1), because each token makes it smaller.`
          }
        </p>`;
}
