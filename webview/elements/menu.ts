/** A menu under a button. */
import { html, nothing, type TemplateResult } from 'lit';
import {
  deviceNames,
  type DevicePreference,
  type DeviceReport,
} from '../../src/common/protocol/engine/types';
import { moveFocus } from './focusKeys';
import { icon } from './icons';

/** The button at the end of a header and the menu that opens from it. @param label says what is in it. */
export const menu = (label: string, content: TemplateResult): TemplateResult =>
  html`<button
      class="icon-button"
      popovertarget="menu"
      aria-haspopup="menu"
      aria-label=${label}
      title=${label}
    >
      ${icon('more')}
    </button>
    <div
      id="menu"
      class="menu"
      popover
      role="menu"
      aria-label=${label}
      @keydown=${move}
      @click=${closeFirst}
    >
      ${content}
    </div>`;

/** Something to do. */
export function menuItem(
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

/** One of several ways. */
export function menuChoice(title: string, isChosen: boolean, run: () => void): TemplateResult {
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

const devices: readonly DevicePreference[] = ['auto', 'webgpu', 'wasm'];

/** What models run on, and why that is so. @param used the device in use; undefined before the first run. */
export const deviceChoices = (
  preference: DevicePreference,
  used: DeviceReport | undefined,
  setDevice: (device: DevicePreference) => void,
): TemplateResult =>
  html`<div role="group" aria-label=${`Run on${used ? `; ${used.reason}` : ''}`}>
    <div class="menu-title" aria-hidden="true">Run On</div>
    ${devices.map(one => menuChoice(deviceNames[one], preference === one, () => setDevice(one)))}
    ${used ? html`<div class="menu-note" aria-hidden="true">${used.reason}</div>` : nothing}
  </div>`;

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
  if (!moveFocus(event, items(), 'down', true) && event.key === 'Tab') {
    close(event);
  }
}
