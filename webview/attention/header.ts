import { html, nothing, type TemplateResult } from 'lit';
import { hasAttention } from '../../src/common/protocol/engine/capabilities';
import { deviceNames } from '../elements/deviceNames';
import { modelPicker } from '../elements/modelPicker';
import { count, duration } from '../common/numbers';
import { working } from '../common/progress';
import type { Actions } from './actions';
import type { AttentionState } from './attentionState';
import { attentionMenu } from './attentionMenu';

/** One row: the model, what is looked at, how it ran, and everything else behind one button. */
export function header(state: AttentionState, actions: Actions): TemplateResult {
  const { saved, shown } = state;
  const models = state.models.filter(hasAttention);
  const subject = saved.subject;
  const model = models.find(({ id }) => id === subject?.modelId) ?? models[0];
  return html`<header class="header">
    <h1 class="model">
      ${
        models.length > 1 && subject
          ? modelPicker(models, subject.modelId, actions.chooseModel)
          : (model?.name ?? 'Attention')
      }
    </h1>
    ${
      subject
        ? html`<span class="label quiet" title=${subject.label}><bdi>${subject.label}</bdi></span>`
        : nothing
    }
    ${
      shown && shown.subject === subject
        ? html`<span class="quiet nowrap">${count(shown.analysis.source.length, 'token')}</span>`
        : nothing
    }
    <span class="spacer"></span>
    ${workOrDevice(state, actions)} ${attentionMenu(state, actions)}
  </header>`;
}

/** While something runs, what it is; else where it ran and how long it took. */
function workOrDevice(
  { work, shown, device, error }: AttentionState,
  actions: Actions,
): TemplateResult {
  if (work?.isSlow) {
    return working(work, actions.cancel);
  }
  const used = shown?.device ?? device;
  return used && !error
    ? html`<span class="device quiet nowrap" title=${used.reason}
        >${deviceNames[used.device]}${shown ? ` · ${duration(shown.analysis.runMs)}` : ''}</span
      >`
    : html``;
}
