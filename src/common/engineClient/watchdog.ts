/** Detects a worker that hangs. */

/** In how many steps a silence is counted: one a second, where it may last a minute. */
const steps = 60;

/**
 * Reports when a worker that owes an answer has been silent too long: a run that hangs inside ONNX Runtime
 * cannot be cancelled, only ended with its worker.
 *
 * The silence is counted in steps, of which one passes at most while this side is held up: where the machine sleeps, or is
 * so busy that nothing gets its turn, the worker could not answer either, and what it has said is heard before the next.
 */
export class Watchdog {
  #owed = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly maxSilenceMs: number,
    private readonly onSilence: () => void,
  ) {}

  /** @param answered settles when the worker has answered; that its caller gave it up changes nothing. */
  watch(answered: Promise<unknown>): void {
    this.#owed++;
    this.#timer ??= this.#arm();
    const settle = () => {
      this.#owed--;
      if (this.#owed === 0) {
        this.stop();
      }
    };
    answered.then(settle, settle);
  }

  /** The worker has said something. */
  heard(): void {
    this.stop();
    if (this.#owed > 0) {
      this.#timer = this.#arm();
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #arm(): ReturnType<typeof setInterval> {
    let silentSteps = 0;
    return setInterval(() => {
      silentSteps++;
      if (silentSteps === steps) {
        this.stop();
        this.onSilence();
      }
    }, this.maxSilenceMs / steps);
  }
}
