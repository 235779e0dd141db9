import type { Manifest } from '../shared/manifest';
import { growingCacheNames, handedOn } from './graphs';
import { requireOutput, type Feed, type Run, type Session } from './session';
import { takePositions, takeRows, type Tensors } from './tensorRows';

/** GPT-2's: each run gives all keys and values, the old ones too, which the next takes. */
export class GrowingCache {
  /** Outputs, by which inputs read them. */
  readonly #presents: ReadonlyMap<string, string>;
  /** [batch, H, P, K] by the names of inputs. */
  readonly #past: Tensors;

  private constructor(presents: ReadonlyMap<string, string>, past: Tensors) {
    this.#presents = presents;
    this.#past = past;
  }

  static empty(session: Session, { heads, hiddenSize }: Manifest): GrowingCache {
    const presents = handedOn(session);
    const nothing = { dims: [1, heads, 0, hiddenSize / heads], values: new Float32Array() };
    return new GrowingCache(presents, new Map([...presents.values()].map(name => [name, nothing])));
  }

  get outputs(): readonly string[] {
    return [...this.#presents.keys()];
  }

  feeds(tokens: readonly (readonly number[])[], position: number): Record<string, Feed> {
    return {
      [growingCacheNames.positionIds]: tokens.map(row => row.map((_, index) => position + index)),
      ...Object.fromEntries(this.#past),
    };
  }

  append(run: Run): GrowingCache {
    return this.#with(
      new Map([...this.#presents].map(([present, name]) => [name, requireOutput(run, present)])),
    );
  }

  takeRows(rows: readonly number[]): GrowingCache {
    return this.#with(takeRows(this.#past, rows));
  }

  takePositions(length: number): GrowingCache {
    return this.#with(takePositions(this.#past, length));
  }

  #with(past: Tensors): GrowingCache {
    return new GrowingCache(this.#presents, past);
  }
}
