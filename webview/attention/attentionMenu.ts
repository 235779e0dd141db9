import { html, nothing, type TemplateResult } from 'lit';
import type { DevicePreference } from '../../src/common/protocol/engine/types';
import type { ExportFormat } from '../../src/common/protocol/pages/attention';
import type { PageSettings } from '../../src/common/protocol/pages/page';
import { menu, menuChoice, menuItem } from '../elements/menu';
import type { Actions } from './actions';
import type { AttentionState } from './attentionState';
import { help, openHelp } from './help';

const formats: readonly { readonly format: ExportFormat; readonly title: string }[] = [
  { format: 'svg', title: 'SVG Picture' },
  { format: 'png', title: 'PNG Picture' },
  { format: 'csv', title: 'CSV Table' },
  { format: 'json', title: 'JSON Numbers' },
  { format: 'html', title: 'HTML Page' },
];
const scales: readonly { readonly scale: PageSettings['scale']; readonly title: string }[] = [
  { scale: 'sqrt', title: 'Square Root' },
  { scale: 'linear', title: 'Linear' },
];
const devices: readonly { readonly device: DevicePreference; readonly title: string }[] = [
  { device: 'auto', title: 'Automatic' },
  { device: 'webgpu', title: 'WebGPU' },
  { device: 'wasm', title: 'WASM' },
];

/** The button at the end of the header and what opens from it: exports, scale, device, help. */
export function attentionMenu(state: AttentionState, actions: Actions): TemplateResult {
  const { settings, shown, device, error } = state;
  const isEmpty = !shown || error !== undefined;
  const used = shown?.device ?? device;
  return html`${menu(
    'Export, scale, device and help',
    html`${menuItem('Copy as Markdown', actions.copyMarkdown, isEmpty, true)}
      ${menuItem('Open as Text', actions.openText, isEmpty)}
      <div role="group" aria-label="Export">
        <div class="menu-title" aria-hidden="true">Export</div>
        ${formats.map(({ format, title }) => menuItem(title, () => actions.exportAs(format), isEmpty))}
      </div>
      <div role="group" aria-label="Colour scale">
        <div class="menu-title" aria-hidden="true">Colour Scale</div>
        ${scales.map(({ scale, title }) =>
          menuChoice(title, settings.scale === scale, () => actions.setScale(scale)),
        )}
      </div>
      <div role="group" aria-label=${`Run on${used ? `; ${used.reason}` : ''}`}>
        <div class="menu-title" aria-hidden="true">Run On</div>
        ${devices.map(({ device: one, title }) =>
          menuChoice(title, settings.device === one, () => actions.setDevice(one)),
        )}
        ${used ? html`<div class="menu-note" aria-hidden="true">${used.reason}</div>` : nothing}
      </div>
      <div role="separator"></div>
      ${menuItem('What Am I Looking At?', openHelp, false)}`,
  )}
  ${help(actions)}`;
}
