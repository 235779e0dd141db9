/** The syntax of the text: arcs over its words, relations to choose, and the heads that agree most with the chosen one. */
import { html, nothing, type TemplateResult } from 'lit';
import { EngineError } from '../../../src/common/errors';
import { antecedent, type RankedHead } from '../../../src/common/attention/headAgreement';
import type { Manifest } from '../../../src/common/protocol/manifest';
import { percent } from '../../../src/common/text/percent';
import type { Theme } from '../../common/theme';
import { isSameHead } from '../../matrix/heads';
import { arcPicture } from './arcPicture';
import { meaningOf } from './relations';
import type { SyntaxActions, SyntaxPicture, SyntaxState } from './syntaxState';
import type { SyntaxView } from './syntaxView';

/**
 * The section, closed until somebody opens it.
 *
 * @param view undefined while the parser is at it.
 */
export function syntaxSection(
  viewModel: SyntaxPicture,
  view: SyntaxView | undefined,
  parser: NonNullable<Manifest['parser']>,
  { saved, syntax }: SyntaxState,
  theme: Theme,
  actions: SyntaxActions,
): TemplateResult {
  const error = EngineError.is(syntax?.read) ? syntax.read : undefined;
  return html`<details
    class="syntax"
    ?open=${saved.syntax}
    @toggle=${(event: Event) => {
      if (event.target instanceof HTMLDetailsElement && event.target.open !== saved.syntax) {
        actions.arrange({ syntax: event.target.open });
      }
    }}
  >
    <summary>Syntax</summary>
    ${
      !saved.syntax
        ? nothing
        : error
          ? html`<p role="status">The text could not be parsed. ${error.message}</p>`
          : view
            ? html`${arcPicture(view, viewModel, actions, theme)} ${probe(parser)}
              ${relationChoices(view, actions)} ${agreeingHeads(view, viewModel.chosen, actions)}`
            : html`<p class="quiet" role="status">Parsing…</p>`
    }
  </details>`;
}

/** What this parse is. */
const probe = ({ unlabelled }: NonNullable<Manifest['parser']>): TemplateResult =>
  html`<p class="quiet">
    A probe’s parse, not the truth: a small parser reads it off this model’s own states. In
    sentences it had not seen it finds the right head for ${percent(unlabelled)} of the words.
    Punctuation and later parts of a word have no arc until they are chosen.
  </p>`;

function relationChoices(
  { relations, chosen }: SyntaxView,
  actions: SyntaxActions,
): TemplateResult {
  return html`<div class="relations" role="group" aria-label="Relations">
    ${relations.map(
      ({ relation, count }) =>
        html`<button
          class="relation"
          aria-pressed=${relation === chosen}
          title=${meaningOf(relation)}
          @click=${() => actions.arrange({ relation: relation === chosen ? '' : relation })}
        >
          <span class="code">${relation}</span> <span class="quiet">${count}</span>
        </button>`,
    )}
  </div>`;
}

/** The heads that agree most with the chosen relation, a click each. */
function agreeingHeads(
  { agreement }: SyntaxView,
  chosen: readonly { readonly layer: number; readonly head: number }[],
  actions: SyntaxActions,
): TemplateResult {
  if (!agreement) {
    return html`<p class="quiet">Choose a relation to see its arcs and which heads find it.</p>`;
  }
  const { relation, best } = agreement;
  const { count, offset, offsetShare } = relation;
  const name = html`<span class="code">${relation.relation}</span>`;
  const isPronoun = relation.relation === antecedent;
  return html`<section class="agreeing" aria-label="Heads that agree most">
    <h2>Heads that agree most with ${name}, ${meaningOf(relation.relation)}</h2>
    ${
      best.length > 0
        ? html`<ol>
            ${best.map(head => agreeingHead(head, count, isPronoun, chosen, actions))}
          </ol>`
        : html`<p>No head does here.</p>`
    }
    <p class="quiet">
      Counted is where a word’s largest weight on another word goes, special tokens aside; here
      ${count === 1 ? 'there is 1 place' : `there are ${count} places`} to count.
      ${
        isPronoun
          ? 'Any noun phrase before the pronoun counts: which one is meant, this does not know.'
          : html`A head that always looks ${distance(offset)} would agree in
            ${percent(offsetShare)}.`
      }
    </p>
  </section>`;
}

function agreeingHead(
  { layer, head, share, weight, direction }: RankedHead,
  count: number,
  isPronoun: boolean,
  chosen: readonly { readonly layer: number; readonly head: number }[],
  actions: SyntaxActions,
): TemplateResult {
  const heads = [{ layer, head }];
  const isChosen = chosen.length === 1 && chosen.some(one => isSameHead(one, { layer, head }));
  return html`<li>
    <button
      class="text-button"
      aria-pressed=${isChosen}
      @click=${() => actions.chooseHeads(heads, false)}
      @pointerenter=${() => actions.previewHeads(heads)}
      @pointerleave=${() => actions.previewHeads(undefined)}
    >
      layer ${layer + 1}, head ${head + 1}
    </button>
    <meter aria-hidden="true" min="0" max="1" .value=${share}></meter>
    <span>
      ${Math.round(share * count)} of ${count}, mean weight ${percent(weight)}
      <span class="quiet">
        ${
          isPronoun
            ? 'pronoun to noun phrase'
            : direction === 'to-head'
              ? 'dependent to head'
              : 'head to dependent'
        }
      </span>
    </span>
  </li>`;
}

/** "2 words back" */
function distance(offset: number): string {
  const words = Math.abs(offset) === 1 ? '1 word' : `${Math.abs(offset)} words`;
  return `${words} ${offset < 0 ? 'back' : 'on'}`;
}
