import type { Manifest } from '../shared/manifest';
import { decoderOnlyGraph, handedOn } from './graphs';
import { requireOutput, type Output, type Session } from './session';
import { takePositions, type Tensors } from './tensorRows';

/** Tokens that were read, and the keys and values that were made of them: [batch, H, P, K] by the names of inputs. */
export interface Reading {
  /** Of the first row. */
  readonly ids: readonly number[];
  readonly past: Tensors;
}

export interface Asked {
  /** Of every token that is read, not of the last alone. */
  readonly allLogits: boolean;
  readonly attentions: boolean;
  readonly hiddenStates: boolean;
}

export interface Read extends Reading {
  /** [batch, 1, V], or of all tokens [batch, T, V] */
  readonly logits: Output;
  readonly attentions: Output | undefined;
  readonly hiddenStates: Output | undefined;
  readonly runMs: number;
}

export const nothingAsked: Asked = { allLogits: false, attentions: false, hiddenStates: false };

/** Feeds and fetches of a decoder's graph with its cache of keys and values. */
export class DecoderGraph {
  readonly #session: Session;
  readonly #presents: ReadonlyMap<string, string>;
  readonly #empty: Output;

  constructor(session: Session, { heads, hiddenSize }: Manifest) {
    this.#session = session;
    this.#presents = handedOn(session);
    this.#empty = { dims: [1, heads, 0, hiddenSize / heads], values: new Float32Array() };
  }

  /** Before anything was read. */
  get nothing(): Reading {
    return {
      ids: [],
      past: new Map([...this.#presents.values()].map(name => [name, this.#empty])),
    };
  }

  /**
   * Reads on.
   *
   * @param tokens [batch, T], as many in each row.
   * @param position of the first of them.
   * @throws those of `Session.run`
   */
  async read(
    tokens: readonly (readonly number[])[],
    { ids, past }: Reading,
    asked: Asked,
    signal?: AbortSignal,
    position = ids.length,
  ): Promise<Read> {
    const { inputs, outputs } = decoderOnlyGraph;
    const run = await this.#session.run(
      {
        [inputs.inputIds]: tokens,
        [inputs.positionIds]: tokens.map(row => row.map((_, index) => position + index)),
        ...Object.fromEntries(past),
        [inputs.allLogits]: asked.allLogits,
        [inputs.outputAttentions]: asked.attentions,
        [inputs.outputHiddenStates]: asked.hiddenStates,
        ...(this.#session.inputs.includes(inputs.outputLens) && { [inputs.outputLens]: false }),
      },
      [
        outputs.logits,
        ...this.#presents.keys(),
        ...(asked.attentions ? [outputs.attentions] : []),
        ...(asked.hiddenStates ? [outputs.hiddenStates] : []),
      ],
      signal,
    );
    return {
      ids: [...ids, ...(tokens[0] ?? [])],
      past: new Map(
        [...this.#presents].map(([present, name]) => [name, requireOutput(run, present)]),
      ),
      logits: requireOutput(run, outputs.logits),
      attentions: run.outputs.get(outputs.attentions),
      hiddenStates: run.outputs.get(outputs.hiddenStates),
      runMs: run.runMs,
    };
  }
}

/** As much of a reading as a text shares with it, but for the text's last token, whose logits are wanted. */
export function sharedReading(reading: Reading, ids: readonly number[]): Reading {
  const differs = reading.ids.findIndex((id, index) => id !== ids[index]);
  const same = differs < 0 ? reading.ids.length : differs;
  const length = Math.min(same, ids.length - 1);
  return length === reading.ids.length
    ? reading
    : { ids: reading.ids.slice(0, length), past: takePositions(reading.past, length) };
}
