/**
 * Tells when a worker that owes an answer has been silent too long: a run that hangs inside ONNX Runtime
 * cannot be cancelled, only ended with its worker.
 */
export class Watchdog {
  #owed = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly maxSilenceMs: number,
    private readonly onSilence: () => void,
  ) {}

  /** Watches until `call` settles. A call that its caller gave up is still owed: a hung worker shall not outlive it. */
  async watch<T>(call: Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#owed++;
    this.#timer ??= this.#arm();
    try {
      return await call;
    } finally {
      this.#owed--;
      if (this.#owed === 0 && !signal?.aborted) {
        this.stop();
      }
    }
  }

  /** The worker has said something. */
  heard(): void {
    this.stop();
    if (this.#owed > 0) {
      this.#timer = this.#arm();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(): ReturnType<typeof setTimeout> {
    return setTimeout(this.onSilence, this.maxSilenceMs);
  }
}
