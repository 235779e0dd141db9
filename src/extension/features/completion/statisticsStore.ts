import { EventEmitter, type Memento } from 'vscode';
import { noStatistics, parseStatistics, type Statistics } from './statistics';

const key = 'lmEvolution.completion.statistics';
/** Written this long after the last change, in ms: not with each key. */
const restMs = 2000;

/** Keeps what completion has done, on this machine alone. */
export class StatisticsStore {
  #current: Statistics;
  readonly #changed = new EventEmitter<void>();
  /** Some time after the last change. */
  readonly onDidChange = this.#changed.event;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly memento: Memento) {
    this.#current = parseStatistics(memento.get(key), Date.now());
  }

  get current(): Statistics {
    return this.#current;
  }

  update(change: (statistics: Statistics) => Statistics): void {
    this.#current = change(this.#current);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), restMs);
  }

  clear(): void {
    this.#current = noStatistics(Date.now());
    clearTimeout(this.#timer);
    this.#write();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#write();
    this.#changed.dispose();
  }

  #write(): void {
    void this.memento.update(key, this.#current);
    this.#changed.fire();
  }
}
