/** A box that scrolls along with what is written into it. */

/** Within this distance, in CSS pixels, a box counts as scrolled to its end. */
const tolerance = 24;

const isAtEnd = ({ scrollHeight, scrollTop, clientHeight }: Element): boolean =>
  scrollHeight - scrollTop - clientHeight <= tolerance;

/** Keeps the end of a box that scrolls in view while it grows, unless the user has scrolled up to read. */
export class FollowEnd {
  #isFollowing = true;
  #element: Element | undefined;
  /** Where our last scroll ended. */
  #ownTop = 0;

  /** For lit's `ref`: the box, or nothing where it is gone. */
  readonly attach = (element: Element | undefined): void => {
    if (!element || element === this.#element) {
      return;
    }
    this.#element = element;
    element.addEventListener('scroll', () => {
      this.#isFollowing = isAtEnd(element);
    });
    new MutationObserver(() => this.#toEnd()).observe(element, {
      ...{ childList: true, subtree: true, characterData: true },
    });
  };

  /** Follows again: what comes next is the user's own doing. */
  resume(): void {
    this.#isFollowing = true;
    this.#ownTop = 0;
    this.#toEnd();
  }

  #toEnd(): void {
    const element = this.#element;
    if (!element || !this.#isFollowing) {
      return;
    }
    // The event of a scroll comes with the next frame, and more may be written before that.
    this.#isFollowing = element.scrollTop >= this.#ownTop || isAtEnd(element);
    if (this.#isFollowing) {
      element.scrollTop = element.scrollHeight;
      this.#ownTop = element.scrollTop;
    }
  }
}
