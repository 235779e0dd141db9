/** The keys that go on and back in a list. */
const keys = {
  across: { on: 'ArrowRight', back: 'ArrowLeft' },
  down: { on: 'ArrowDown', back: 'ArrowUp' },
} as const;

/**
 * Moves the focus by a key in a list that is one stop of the Tab key: on and back by arrows, Home and End to its ends.
 *
 * @param wraps from the last on to the first, and back.
 * @returns whether the key was one of these.
 */
export function moveFocus(
  event: KeyboardEvent,
  all: readonly HTMLElement[],
  direction: keyof typeof keys,
  wraps = false,
): boolean {
  const here = all.findIndex(one => one === document.activeElement);
  const last = all.length - 1;
  const within = (place: number) =>
    wraps ? (place + all.length) % all.length : Math.min(last, Math.max(0, place));
  const { on, back } = keys[direction];
  const targets: Partial<Record<string, number>> = {
    [on]: within(here + 1),
    [back]: within(here - 1),
    Home: 0,
    End: last,
  };
  const target = targets[event.key];
  if (target === undefined) {
    return false;
  }
  event.preventDefault();
  all[target]?.focus();
  return true;
}

/** What `selector` finds below the element that listens. */
export const focusableIn = ({ currentTarget }: Event, selector: string): readonly HTMLElement[] =>
  currentTarget instanceof HTMLElement
    ? [...currentTarget.querySelectorAll<HTMLElement>(selector)]
    : [];
