import type { ScrollPlace } from './savedState';

/** What a person scrolls by, or does at a place that they have reached. */
const moves = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;

/**
 * Where a page is scrolled to, known by the heading above: what stands before that grows when it runs. A place that was
 * asked for is held, whatever grows or is not there yet, until the person scrolls.
 */
export class ScrollKeeper {
  #main: HTMLElement | undefined;
  #page: Element | undefined;
  #held: ScrollPlace | undefined;
  /** What the last scroll of ours came to. */
  #own = { top: 0, height: 0 };
  readonly #growth = new ResizeObserver(() => this.#hold());

  constructor() {
    moves.forEach(move => addEventListener(move, () => this.#release(), { passive: true }));
  }

  /** Takes a page as it is painted. */
  watch(main: HTMLElement): void {
    if (main !== this.#main) {
      this.#main = main;
      main.addEventListener('scroll', () => this.#onScroll());
    }
    const page = main.firstElementChild ?? undefined;
    if (page !== this.#page) {
      this.#page = page;
      this.#growth.disconnect();
      if (page) {
        this.#growth.observe(page); // Tells of it at once.
      }
    }
  }

  /** Goes to a place, now or when it is there, and stays. */
  goTo(place: ScrollPlace): void {
    this.#held = place;
    this.#hold();
  }

  /** Where the page is; undefined where nothing of it can be seen. */
  get place(): ScrollPlace | undefined {
    const main = this.#main;
    if (this.#held || !main || main.clientHeight === 0) {
      return this.#held;
    }
    const above = headingsOf(main)
      .map(heading => ({ anchor: heading.id, down: Math.round(-distanceTo(heading, main)) }))
      .findLast(({ down }) => down >= 0);
    return above ?? { anchor: '', down: Math.round(main.scrollTop) };
  }

  #hold(): void {
    const main = this.#main;
    if (!main || !this.#held) {
      return;
    }
    const { anchor, down } = this.#held;
    const headings = headingsOf(main);
    const index = headings.findIndex(({ id }) => id === anchor);
    const [heading, next] = [headings[index], headings[index + 1]];
    if (anchor !== '' && !heading) {
      return; // Its part is not on the page yet.
    }
    const start = heading ? distanceTo(heading, main) + main.scrollTop : 0;
    // A part that has not run yet is lower than it was: what comes after it is not what was looked at.
    const room = next ? distanceTo(next, main) + main.scrollTop - start - 1 : Infinity;
    main.scrollTop = start + Math.min(down, room);
    this.#own = { top: main.scrollTop, height: main.scrollHeight };
  }

  /** The browser scrolls too where something grows above, and that is no wish of the person's. */
  #onScroll(): void {
    const { top, height } = this.#own;
    if (this.#main?.scrollHeight === height && Math.abs(this.#main.scrollTop - top) > 1) {
      this.#release();
    }
  }

  #release(): void {
    this.#held = undefined;
  }
}

const headingsOf = (main: HTMLElement) => [...main.querySelectorAll<HTMLElement>('h2[id]')];

/** From the top of what is seen down to an element, in CSS pixels. */
const distanceTo = (element: HTMLElement, main: HTMLElement): number =>
  element.getBoundingClientRect().top - main.getBoundingClientRect().top;
