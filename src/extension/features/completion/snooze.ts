/** Keeps completion quiet for a while. It ends by itself, and with the window. */
export class Snooze {
  #until: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onChange when it has begun or ended. */
  constructor(private readonly onChange: () => void) {}

  /** In ms since 1970; undefined where it is not on. */
  get until(): number | undefined {
    // A machine that slept lets the timer come late.
    return this.#until !== undefined && this.#until > Date.now() ? this.#until : undefined;
  }

  begin(minutes: number): void {
    const ms = minutes * 60_000;
    clearTimeout(this.#timer);
    this.#until = Date.now() + ms;
    this.#timer = setTimeout(() => this.end(), ms);
    this.onChange();
  }

  end(): void {
    this.dispose();
    this.#until = undefined;
    this.onChange();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
