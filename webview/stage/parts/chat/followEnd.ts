/** A box that scrolls along with what is written into it. */

/** Within this distance, in CSS pixels, a box counts as scrolled to its end. */
const tolerance = 24;

/** Keeps the end of a box that scrolls in view while it grows, unless the user has scrolled up to read. */
export class FollowEnd {
  #isFollowing = true;
  #element: Element | undefined;

  /** For lit's `ref`: the box, or nothing where it is gone. */
  readonly attach = (element: Element | undefined): void => {
    if (!element || element === this.#element) {
      return;
    }
    this.#element = element;
    element.addEventListener('scroll', () => {
      const { scrollHeight, scrollTop, clientHeight } = element;
      this.#isFollowing = scrollHeight - scrollTop - clientHeight <= tolerance;
    });
    new MutationObserver(() => this.#toEnd()).observe(element, {
      ...{ childList: true, subtree: true, characterData: true },
    });
  };

  /** Follows again: what comes next is the user's own doing. */
  resume(): void {
    this.#isFollowing = true;
    this.#toEnd();
  }

  #toEnd(): void {
    if (this.#isFollowing && this.#element) {
      this.#element.scrollTop = this.#element.scrollHeight;
    }
  }
}
