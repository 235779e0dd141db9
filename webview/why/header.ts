import { html, nothing, type TemplateResult } from 'lit';
import { menu, menuItem } from '../elements/menu';
import { duration } from '../common/numbers';
import { working } from '../common/progress';
import type { Actions } from './actions';
import type { WhyState } from './whyState';

/** One row: what is explained, by what, and everything else behind one button. */
export function header(state: WhyState, actions: Actions): TemplateResult {
  const { saved, shown, work, models } = state;
  const { subject } = saved;
  const name = models.find(({ id }) => id === subject?.modelId)?.name ?? subject?.modelId;
  const explanation = shown?.subject === subject ? shown?.explanation : undefined;
  return html`<header class="header">
    <h1 class="model">Why This Completion?</h1>
    ${
      subject
        ? html`<span class="label quiet" title=${`${subject.label}, ${name ?? ''}`}
            ><bdi>${subject.label}</bdi> · <bdi>${name}</bdi></span
          >`
        : nothing
    }
    <span class="spacer"></span>
    ${
      work?.isSlow
        ? working(work, actions.cancel)
        : explanation
          ? html`<span
              class="device quiet nowrap"
              title=${explanation.device?.reason ?? 'The engine that completes'}
              >${explanation.device?.device === 'webgpu' ? 'WebGPU' : 'WASM'} ·
              ${duration(explanation.runMs)}</span
            >`
          : nothing
    }
    ${menu(
      'Copy and text',
      html`${menuItem('Copy as Markdown', actions.copyMarkdown, !shown || state.error !== undefined, true)}
      ${menuItem('Open as Text', actions.openText, !shown || state.error !== undefined)}`,
    )}
  </header>`;
}
