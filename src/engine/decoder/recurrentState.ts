/** The state of an LSTM, as a cache. */

import type { Manifest } from '../../common/protocol/manifest';
import { stateOutputs } from '../onnx/graphs';
import {
  requireOutput,
  type Feed,
  type Run,
  takeRows,
  type Tensors,
  type RunnableGraph,
} from '../onnx/tensors';

/**
 * The cache of an LSTM: the hidden and cell state that the last token left, 2 L D numbers however long the text is. It cannot be
 * taken back by a token, so the states of the tokens before are kept, and going back is one of them.
 */
export class RecurrentState {
  /** Outputs, with the inputs that read them. */
  readonly #presents: ReadonlyMap<string, string>;
  /** [batch, L, D] by the names of inputs. */
  readonly #past: Tensors;
  /** Number of tokens of the text that were read; -1 before the token that every text follows. */
  readonly #length: number;
  readonly #before: RecurrentState | undefined;

  private constructor(
    presents: ReadonlyMap<string, string>,
    past: Tensors,
    length: number,
    before?: RecurrentState,
  ) {
    this.#presents = presents;
    this.#past = past;
    this.#length = length;
    this.#before = before;
  }

  static empty(graph: RunnableGraph, { layers, hiddenSize }: Manifest): RecurrentState {
    const presents = stateOutputs(graph);
    const zeros = { dims: [1, layers, hiddenSize], values: new Float32Array(layers * hiddenSize) };
    const past = new Map([...presents.values()].map(name => [name, zeros]));
    return new RecurrentState(presents, past, -1);
  }

  get outputs(): readonly string[] {
    return [...this.#presents.keys()];
  }

  feeds(): Readonly<Record<string, Feed>> {
    return Object.fromEntries(this.#past);
  }

  append(run: Run): RecurrentState {
    const past = [...this.#presents].map(
      ([present, name]) => [name, requireOutput(run, present)] as const,
    );
    return new RecurrentState(this.#presents, new Map(past), this.#length + 1, this);
  }

  takeRows(rows: readonly number[]): RecurrentState {
    const taken = takeRows(this.#past, rows);
    const isSame = [...taken].every(([name, tensor]) => this.#past.get(name) === tensor);
    return isSame ? this : new RecurrentState(this.#presents, taken, this.#length);
  }

  takePositions(length: number): RecurrentState | undefined {
    return this.#length > length ? this.#before?.takePositions(length) : this;
  }
}
