import { html, nothing, type TemplateResult } from 'lit';
import type { DevicePreference } from '../../src/shared/engineApi';
import type { ExportFormat, PageSettings } from '../../src/shared/pageApi';
import { icon } from '../icons';
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
export function menu(state: AttentionState, actions: Actions): TemplateResult {
  const { settings, shown, device } = state;
  const isEmpty = !shown;
  const used = shown?.device ?? device;
  return html`<button
      class="icon-button"
      popovertarget="menu"
      aria-haspopup="menu"
      aria-label="Export, scale, device and help"
      title="Export, scale, device and help"
    >
      ${icon('more')}
    </button>
    <div
      id="menu"
      class="menu"
      popover
      role="menu"
      aria-label="Export, scale, device and help"
      @keydown=${move}
      @click=${closeFirst}
    >
      ${item('Copy as Markdown', actions.copyMarkdown, isEmpty, true)}
      ${item('Open as Text', actions.openText, isEmpty)}
      <div role="group" aria-label="Export">
        <div class="menu-title" aria-hidden="true">Export</div>
        ${formats.map(({ format, title }) => item(title, () => actions.exportAs(format), isEmpty))}
      </div>
      <div role="group" aria-label="Colour scale">
        <div class="menu-title" aria-hidden="true">Colour Scale</div>
        ${scales.map(({ scale, title }) =>
          choice(title, settings.scale === scale, () => actions.setScale(scale)),
        )}
      </div>
      <div role="group" aria-label=${`Run on${used ? `; ${used.reason}` : ''}`}>
        <div class="menu-title" aria-hidden="true">Run On</div>
        ${devices.map(({ device: one, title }) =>
          choice(title, settings.device === one, () => actions.setDevice(one)),
        )}
        ${used ? html`<div class="menu-note" aria-hidden="true">${used.reason}</div>` : nothing}
      </div>
      <div role="separator"></div>
      ${item('What Am I Looking At?', openHelp, false)}
    </div>
    ${help(actions)}`;
}

function item(
  title: string,
  run: () => void,
  isDisabled: boolean,
  isFirst = false,
): TemplateResult {
  return html`<button
    class="menu-item"
    role="menuitem"
    tabindex="-1"
    ?autofocus=${isFirst}
    aria-disabled=${isDisabled}
    @click=${() => {
      if (!isDisabled) {
        run();
      }
    }}
  >
    <span class="menu-check"></span>${title}
  </button>`;
}

function choice(title: string, isChosen: boolean, run: () => void): TemplateResult {
  return html`<button
    class="menu-item"
    role="menuitemradio"
    tabindex="-1"
    aria-checked=${isChosen}
    @click=${run}
  >
    <span class="menu-check">${isChosen ? icon('check') : nothing}</span>${title}
  </button>`;
}

/** The first has `autofocus`: the browser gives it the focus when the menu opens. */
function items(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('#menu .menu-item')];
}

function close(event: Event): void {
  if (event.currentTarget instanceof HTMLElement) {
    event.currentTarget.hidePopover();
  }
}

/** Before the item does what it is for: a dialog gives the focus back to where it was, which must not be the menu. */
const closeFirst = { handleEvent: close, capture: true };

function move(event: KeyboardEvent): void {
  const all = items();
  const here = all.findIndex(one => one === document.activeElement);
  const targets: Partial<Record<string, number>> = {
    ArrowDown: (here + 1) % all.length,
    ArrowUp: (here - 1 + all.length) % all.length,
    Home: 0,
    End: all.length - 1,
  };
  const target = targets[event.key];
  if (target !== undefined) {
    event.preventDefault();
    all[target]?.focus();
  } else if (event.key === 'Tab') {
    close(event);
  }
}
