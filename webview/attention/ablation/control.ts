/** The line under the heads that opens the section "Without". */
import { html, type TemplateResult } from 'lit';
import type { Attention } from '../../../src/common/protocol/engine/types';
import { type HeadChoice, headsInWords, isEvery, shownHeads } from '../../matrix/heads';
import type { AblationActions } from './ablationActions';
import { includes, noParts, type Parts } from './parts';

/**
 * Switches the heads in the picture off, or on again.
 *
 * The average of all stands for no choice: it opens the section, where everything can be switched off.
 *
 * @param parts what is off; undefined where the section is closed.
 */
export function withoutControl(
  { chosen, attention }: { readonly chosen: HeadChoice; readonly attention: Attention },
  parts: Parts | undefined,
  actions: AblationActions,
): TemplateResult {
  const { shape, kind } = attention;
  const isAll = isEvery(chosen, shape) && shape[0] * shape[1] > 1;
  const heads = isAll
    ? noParts
    : {
        heads: shownHeads(chosen, shape).map(head => ({ kind, ...head })),
        feedForwards: [],
      };
  const isOff = !isAll && parts !== undefined && includes(parts, heads);
  const { length } = heads.heads;
  const these = length > 1 ? `these ${length} heads` : 'this head';
  const words = isAll
    ? 'Without some heads…'
    : isOff
      ? `With ${these} again`
      : `Without ${these}${parts ? '' : '…'}`;
  return html`<button
    class="text-button without-control"
    aria-expanded=${parts !== undefined}
    title=${
      isAll
        ? 'See what the model predicts without some of its heads'
        : `See what the model predicts without ${headsInWords(chosen, shape)}`
    }
    @click=${() => (isOff ? actions.switchOn(heads) : actions.switchOff(heads))}
  >
    ${words}
  </button>`;
}
