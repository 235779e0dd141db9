/** Keeps the page where the user is, while what stands above it grows. */
import type { ScrollPlace } from './state';

/** What a user scrolls with, or does at a place that they have reached. */
const userEvents = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;

/** A place that the page stays at until the user scrolls. */
interface Destination extends ScrollPlace {
  /** The heading gets the keyboard's focus when the page is there. */
  readonly takesFocus: boolean;
}

/**
 * Knows where the page is scrolled to by the heading above, since what stands before it grows when it runs. The page
 * either goes to a destination, which it holds whatever grows or is not there yet, or is where the user scrolls.
 */
export class ScrollKeeper {
  #main: HTMLElement | undefined;
  #page: Element | undefined;
  #destination: Destination | undefined;
  #isReached = false;
  /** Where our last scroll ended. */
  #own = { top: 0, height: 0 };
  readonly #growth = new ResizeObserver(() => this.#hold());

  /** @param onRest is called when the page has come to rest after a scroll. */
  constructor(private readonly onRest: () => void) {
    userEvents.forEach(name => addEventListener(name, () => this.#release(), { passive: true }));
  }

  /** Takes the page as it was painted. */
  watch(main: HTMLElement): void {
    if (main !== this.#main) {
      this.#main = main;
      main.addEventListener('scroll', () => this.#onScroll());
      main.addEventListener('scrollend', () => this.onRest());
    }
    const page = main.firstElementChild ?? undefined;
    if (page !== this.#page) {
      this.#page = page;
      this.#growth.disconnect();
      if (page) {
        this.#growth.observe(page); // It reports the size at once.
      }
    }
    if (!this.#isReached) {
      this.#hold();
    }
  }

  /** Goes to a place, now or when it is on the page, and stays there. */
  goTo(place: ScrollPlace, takesFocus = false): void {
    this.#destination = { ...place, takesFocus };
    this.#isReached = false;
    this.#hold();
  }

  /** Where the page is; undefined where nothing of it can be seen. */
  get place(): ScrollPlace | undefined {
    const main = this.#main;
    if (this.#destination) {
      const { anchor, down } = this.#destination;
      return { anchor, down };
    }
    if (!main || main.clientHeight === 0) {
      return undefined;
    }
    const above = headingsOf(main)
      .map(heading => ({ anchor: heading.id, down: Math.round(-distanceTo(heading, main)) }))
      .findLast(({ down }) => down >= 0);
    return above ?? { anchor: '', down: Math.round(main.scrollTop) };
  }

  #hold(): void {
    const main = this.#main;
    if (!main || !this.#destination) {
      return;
    }
    const { anchor, down, takesFocus } = this.#destination;
    const headings = headingsOf(main);
    const index = headings.findIndex(({ id }) => id === anchor);
    const [heading, next] = [headings[index], headings[index + 1]];
    if (anchor !== '' && !heading) {
      return; // Its part is not on the page yet.
    }
    const start = heading ? distanceTo(heading, main) + main.scrollTop : 0;
    // A part that has not run yet is lower than it was: what comes after it is not what the user looked at.
    const room = next ? distanceTo(next, main) + main.scrollTop - start - 1 : Infinity;
    main.scrollTop = start + Math.min(down, room);
    this.#own = { top: main.scrollTop, height: main.scrollHeight };
    if (takesFocus && !this.#isReached) {
      heading?.focus({ preventScroll: true });
    }
    this.#isReached = true;
  }

  /** The browser scrolls too when something above grows: that is not the user's doing. */
  #onScroll(): void {
    const { top, height } = this.#own;
    if (this.#main?.scrollHeight === height && Math.abs(this.#main.scrollTop - top) > 1) {
      this.#release();
    }
  }

  #release(): void {
    if (this.#main) {
      this.#destination = undefined;
    }
  }
}

const headingsOf = (main: HTMLElement) => [...main.querySelectorAll<HTMLElement>('h2[id]')];

/** From the top of the visible page down to an element, in CSS pixels. */
const distanceTo = (element: HTMLElement, main: HTMLElement): number =>
  element.getBoundingClientRect().top - main.getBoundingClientRect().top;
