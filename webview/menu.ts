import { html, nothing, type TemplateResult } from 'lit';
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
