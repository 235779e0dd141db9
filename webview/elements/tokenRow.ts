/** A row of tokens, each lit by its strength. */
import type { Unit } from '../matrix/units';
import { hex, inkOn, mix } from '../charts/colorScale';
import { type Scale, strengthOf } from '../../src/common/attention/attention';
import { memo } from '../common/store';
import type { Theme } from '../common/theme';
import { elide, withPlace } from '../../src/common/text/tokenText';

const maxTokenLength = 24;

export interface TokenRowEvents {
  /** The pointer or the focus is on a token, by its place in the row; undefined: on none. */
  onPoint(index: number | undefined): void;
  /** A click or the space key; `isAdding` with shift. */
  onChoose(index: number, isAdding: boolean): void;
  /** Enter, or a click with Ctrl, Cmd or Alt. */
  onReveal(index: number): void;
  /** A double click, after its two clicks. */
  onDouble?(index: number): void;
}

/** What a token receives and whether it is the one that looks. */
interface TokenRowLight {
  /** By place in the row, 0 to 1; undefined leaves every token without a tint. */
  readonly weights: ReadonlyMap<number, number> | undefined;
  readonly pointed: readonly number[];
  readonly locked: readonly number[];
  /** The one that is masked or asked about. */
  readonly asked?: number | undefined;
}

export interface TokenRow {
  readonly element: HTMLElement;
  light(light: TokenRowLight): void;
  /** Scrolls a token into the row's own box. */
  show(index: number): void;
}

/**
 * The text as tokens in reading order, each a button; what the lit tokens look at is tinted and underlined.
 *
 * One stop of the tab key: the arrow keys move inside. Sentence B of a pair and a translation start a line of their
 * own; where there are several, each has its name before it.
 */
export function tokenRow(
  units: readonly Unit[],
  options: {
    readonly theme: Theme;
    readonly scale: Scale;
    readonly label: string;
    /** Of the lines: "A" and "B", "EN" and "FR". */
    readonly names: readonly string[];
    /** Fills a token's button; where absent, with its label. */
    readonly fill?: ((button: HTMLButtonElement, index: number) => void) | undefined;
  },
  events: TokenRowEvents,
): TokenRow {
  const element = document.createElement('div');
  element.className = 'token-row';
  element.setAttribute('role', 'toolbar');
  element.setAttribute('aria-label', options.label);
  const lines = linesOf(units);
  const buttons: HTMLButtonElement[] = [];
  lines.forEach((line, index) => {
    const paragraph = document.createElement('div');
    paragraph.className = 'sentence';
    paragraph.dir = 'auto';
    if (lines.length > 1) {
      const name = document.createElement('span');
      name.className = 'sentence-name';
      name.textContent = options.names[index] ?? '';
      paragraph.append(name);
    }
    line.forEach((unit, place) => {
      const button = tokenButton(unit, line[place + 1]);
      options.fill?.(button, buttons.length);
      button.dataset['index'] = String(buttons.length);
      buttons.push(button);
      paragraph.append(button);
    });
    element.append(paragraph);
  });
  const [first] = buttons;
  if (first) {
    first.tabIndex = 0;
  }
  listen(element, buttons, events);
  return {
    element,
    light: light => lightTokens(buttons, light, options.theme, options.scale),
    show: index => buttons[index]?.scrollIntoView({ block: 'nearest' }),
  };
}

/** Parts of one side and one segment each. */
function linesOf(units: readonly Unit[]): Unit[][] {
  const lines: Unit[][] = [];
  for (const unit of units) {
    const line = lines.at(-1);
    const last = line?.[0];
    if (line && last?.side === unit.side && last.range.segment === unit.range.segment) {
      line.push(unit);
    } else {
      lines.push([unit]);
    }
  }
  return lines;
}

function tokenButton(unit: Unit, next: Unit | undefined): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.tabIndex = -1;
  button.className = 'token';
  button.dir = 'auto';
  const isJoined = next && !unit.isSpecial && !next.isSpecial && next.range.start <= unit.range.end;
  button.classList.toggle('joined', isJoined === true);
  button.classList.toggle('special', unit.isSpecial);
  // By textContent: whatever the text is, it is never read as HTML.
  button.textContent = elide(unit.label, maxTokenLength);
  if (unit.isUnknown) {
    // What the user wrote, beside what the model reads.
    const written = document.createElement('span');
    written.className = 'written';
    written.textContent = elide(unit.characters, maxTokenLength);
    button.append(written);
  }
  const isSpelledOut = unit.characters === '' || unit.characters === unit.label;
  const spelled = (name: string) => (isSpelledOut ? name : `${name} for “${unit.characters}”`);
  button.title = spelled(withPlace(unit.label, unit.place));
  // A name must hold what is seen, word for word: "the", not "the₂".
  const place = unit.place === undefined ? '' : `, ${unit.place}`;
  button.setAttribute('aria-label', `${spelled(unit.label)}${place}`);
  button.setAttribute('aria-pressed', 'false');
  return button;
}

function listen(
  element: HTMLElement,
  buttons: readonly HTMLButtonElement[],
  events: TokenRowEvents,
): void {
  const indexOf = (event: Event) => {
    const token = event.target instanceof Element ? event.target.closest('.token') : null;
    return token instanceof HTMLElement ? Number(token.dataset['index']) : undefined;
  };
  element.addEventListener('pointerover', event => events.onPoint(indexOf(event)));
  element.addEventListener('pointerleave', () => events.onPoint(undefined));
  element.addEventListener('focusin', event => {
    const index = indexOf(event);
    buttons.forEach((button, place) => (button.tabIndex = place === index ? 0 : -1));
    // A click focuses too: only the keyboard points by focus.
    if (event.target instanceof Element && event.target.matches(':focus-visible')) {
      events.onPoint(index);
    }
  });
  element.addEventListener('focusout', () => events.onPoint(undefined));
  element.addEventListener('click', event => {
    const index = indexOf(event);
    if (index === undefined) {
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) {
      events.onReveal(index);
    } else {
      events.onChoose(index, event.shiftKey);
    }
  });
  element.addEventListener('dblclick', event => {
    const index = indexOf(event);
    if (index !== undefined) {
      events.onDouble?.(index);
    }
  });
  element.addEventListener('keydown', event => {
    const index = indexOf(event);
    if (index === undefined) {
      return;
    }
    const isRightToLeft = getComputedStyle(element).direction === 'rtl';
    const step = { ArrowRight: isRightToLeft ? -1 : 1, ArrowLeft: isRightToLeft ? 1 : -1 };
    const target =
      event.key === 'ArrowRight' || event.key === 'ArrowLeft'
        ? index + step[event.key]
        : event.key === 'Home'
          ? 0
          : event.key === 'End'
            ? buttons.length - 1
            : undefined;
    if (target !== undefined) {
      event.preventDefault();
      buttons[target]?.focus();
    } else if (event.key === 'Enter') {
      event.preventDefault(); // Or it would be a click, which locks.
      events.onReveal(index);
    }
  });
}

/** Tints are rounded to this many, so that few tokens change when the pointer moves on. */
const tints = 32;

const tintsOf = memo((theme: Theme) =>
  Array.from({ length: tints + 1 }, (_, level) => {
    const tint = mix(theme.background, theme.accent, level / tints);
    return { tint: hex(tint), ink: hex(inkOn(tint, theme.foreground)) };
  }),
);

function lightTokens(
  buttons: readonly HTMLButtonElement[],
  { weights, pointed, locked, asked }: TokenRowLight,
  theme: Theme,
  scale: Scale,
): void {
  const table = tintsOf(theme);
  const top = weights ? Math.max(0, ...weights.values()) : 0;
  const isPointed = new Set(pointed);
  const isLocked = new Set(locked);
  buttons.forEach((button, index) => {
    const level = String(Math.round(strengthOf(weights?.get(index) ?? 0, top, scale) * tints));
    if (button.dataset['level'] !== level) {
      button.dataset['level'] = level;
      const { tint, ink } = table[Number(level)] ?? { tint: '', ink: '' };
      button.style.setProperty('background-color', level === '0' ? '' : tint);
      button.style.setProperty('color', level === '0' ? '' : ink);
      button.style.setProperty('--weight', (Number(level) / tints).toFixed(2));
    }
    button.classList.toggle('pointed', isPointed.has(index));
    button.classList.toggle('locked', isLocked.has(index));
    button.classList.toggle('asked', index === asked);
    if (button.ariaPressed !== String(isLocked.has(index))) {
      button.ariaPressed = String(isLocked.has(index));
    }
  });
}
