/** So often one place is brought up again: a list of words that opens and closes takes two, and no more is a loop. */
const most = 3;

/** Counts how often VS Code was told that a text is there which it had given up. */
export class Reminders {
  #place = '';
  #count = 0;

  /** @param place the document, its version and the offset: another one is counted anew. */
  mayRemind(place: string): boolean {
    this.#count = place === this.#place ? this.#count + 1 : 1;
    this.#place = place;
    return this.#count <= most;
  }
}
