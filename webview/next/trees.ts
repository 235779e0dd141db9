/** The trees beside the bars: all ways that were taken, and what a beam search weighed. */
import { html, nothing, type TemplateResult } from 'lit';
import type { BeamNode } from '../../src/common/protocol/engine/generate';
import type { Actions } from './actions';
import { appendedIds, pathTo } from './branches';
import { branchesOf, type NextState } from './nextState';
import { beamScores, beamTree, scoreTable } from './beamTree';
import { spelled } from './tokenLabels';
import { tree } from './tree';
import { count } from '../common/numbers';

/** All ways that were taken, as a tree; a click goes to a token of it. */
export function branchSection(
  { saved, spellings, probabilities }: NextState,
  actions: Actions,
): TemplateResult {
  const branches = branchesOf(saved);
  const onTheWay = new Set(pathTo(branches, branches.at));
  const nodes = branches.nodes.map(({ parent, id }, index) => ({
    parent,
    token: spelled(spellings, id),
    probability: probabilities.get(index),
    isCurrent: index === branches.at,
    isOnTheWay: onTheWay.has(index),
    isLeft: false,
    note: '',
  }));
  return html`<section class="part">
    <h2>Branches</h2>
    ${
      nodes.length === 0
        ? html`<p class="quiet">Nothing was appended yet.</p>`
        : tree('Branches', nodes, actions.goTo)
    }
  </section>`;
}

/** Nodes that stayed in the beam, with the index each had among all; parents name places in this list. */
export function keptNodes(
  nodes: readonly BeamNode[],
): readonly (BeamNode & { readonly index: number })[] {
  const places = new Map<number, number>();
  const kept: (BeamNode & { readonly index: number })[] = [];
  nodes.forEach((node, index) => {
    if (node.kept) {
      places.set(index, kept.length);
      kept.push({ ...node, index, parent: places.get(node.parent) ?? -1 });
    }
  });
  return kept;
}

/** For each node whether a hypothesis that was kept to the end goes through it. */
export function leadsToEnd(nodes: readonly BeamNode[]): readonly boolean[] {
  const leads = nodes.map(({ hypothesis }) => hypothesis !== undefined);
  // A parent stands before its children.
  for (let index = nodes.length - 1; index >= 0; index--) {
    const { parent } = nodes[index]!;
    if (leads[index] && parent >= 0) {
      leads[parent] = true;
    }
  }
  return leads;
}

/** What beam search weighed and kept, as a tree; a click makes the way to a token a branch. */
export function beamSection(
  { saved, beams, spellings }: NextState,
  actions: Actions,
): TemplateResult | typeof nothing {
  if (!beams || beams.modelId !== saved.subject?.modelId) {
    return nothing;
  }
  const kept = keptNodes(beams.nodes);
  const leads = leadsToEnd(kept);
  const way = wayOf(
    kept,
    appendedIds(branchesOf(saved)).slice(appendedIds(branchesOf(saved), beams.at).length),
  );
  const nodes = kept.map((node, place) => ({
    parent: node.parent,
    step: node.step,
    logProbability: node.logProbability,
    token: spelled(spellings, node.id),
    probability: Math.exp(node.logProbability),
    isCurrent: place === way.at(-1),
    isOnTheWay: way.includes(place),
    isLeft: !leads[place],
    note: noteOf(node, leads[place] === true),
  }));
  return html`<section class="part">
    <h2>Beam Search</h2>
    <p class="quiet">
      ${count(beams.beams, 'beam')}: ${count(beams.nodes.length, 'token')} weighed, ${kept.length}
      kept. Grey ways were left. A line is as wide as its token is probable; the number is its
      log-probability, in nats.
    </p>
    ${beamTree(
      'Beam search',
      nodes,
      place => {
        const node = kept[place];
        if (node) {
          actions.adopt(node.index);
        }
      },
      (a, b) =>
        Number(leads[b]) - Number(leads[a]) ||
        (kept[b]?.logProbability ?? 0) - (kept[a]?.logProbability ?? 0),
    )}
    ${scoreTable(beamScores(kept), nodes)}
  </section>`;
}

function noteOf({ total, finished, hypothesis }: BeamNode, isLeading: boolean): string {
  const sum = `log-probability ${total.toFixed(2)} so far`;
  const end = hypothesis === undefined ? '' : `, end of way ${hypothesis + 1}`;
  return `${sum}${end}${finished ? ', ends the text' : ''}${isLeading ? '' : ', left'}`;
}

/** Places of the nodes that spell ids from the root on, as far as they go. */
function wayOf(
  nodes: readonly { readonly parent: number; readonly id: number }[],
  ids: readonly number[],
): readonly number[] {
  const way: number[] = [];
  let parent = -1;
  for (const id of ids) {
    const next = nodes.findIndex(node => node.parent === parent && node.id === id);
    if (next < 0) {
      break;
    }
    way.push(next);
    parent = next;
  }
  return way;
}
