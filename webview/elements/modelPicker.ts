/** The list in which the user chooses a model. */
import { html, type TemplateResult } from 'lit';
import type { Manifest } from '../../src/common/protocol/manifest';

/** Which of several models is looked at. @param chosen id of one of them. */
export const modelPicker = (
  models: readonly Manifest[],
  chosen: string,
  onChoose: (modelId: string) => void,
): TemplateResult =>
  html`<select
    aria-label="Model"
    .value=${chosen}
    @change=${(event: Event) => {
      if (event.target instanceof HTMLSelectElement) {
        onChoose(event.target.value);
      }
    }}
  >
    ${models.map(
      ({ id, name }) => html`<option value=${id} ?selected=${id === chosen}>${name}</option>`,
    )}
  </select>`;
