/** How near to its end, in CSS pixels, a box counts as being there. */
const near = 24;

/** Keeps the end of a box that scrolls in view while it grows, unless the person has scrolled up to read. */
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
      this.#isFollowing = scrollHeight - scrollTop - clientHeight <= near;
    });
    new MutationObserver(() => this.#toEnd()).observe(element, {
      ...{ childList: true, subtree: true, characterData: true },
    });
  };

  /** What comes next is of the person's own doing, and to be seen. */
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
