import type { TemplateResult } from 'lit';
import { html } from 'lit';
import type { Actions } from './actions';
import { pathTo } from './branches';
import type { NextState } from './nextState';
import { branchesOf } from './savedState';
import { spelled } from './spelling';
import { tree } from './tree';

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
