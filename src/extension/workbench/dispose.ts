/** The base class of everything that must be disposed. */
/** Anything that holds resources to be released; VS Code's own disposables fit. */
export interface Releasable {
  dispose(): unknown;
}

/** The base of objects that own others: what is registered is disposed with its owner, once, in reverse order. */
export abstract class Disposable implements Releasable {
  readonly #held: Releasable[] = [];
  #isDisposed = false;

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    if (this.#isDisposed) {
      return;
    }
    this.#isDisposed = true;
    for (const held of this.#held.splice(0).reverse()) {
      held.dispose();
    }
  }

  /** @returns its argument, which is disposed at once if the owner already is. */
  protected register<T extends Releasable>(held: T): T {
    if (this.#isDisposed) {
      held.dispose();
    } else {
      this.#held.push(held);
    }
    return held;
  }
}
