import type { Manifest } from '../shared/manifest';
import { decoderOnlyGraph } from './graphs';
import { emptyCache, type KeyValueCache } from './keyValueCache';
import { requireOutput, type Output, type Session } from './session';

/** Tokens that were read, and what was made of them. */
export interface Reading {
  /** Of the first row. */
  readonly ids: readonly number[];
  readonly cache: KeyValueCache;
}

export interface Asked {
  /** Of every token that is read, not of the last alone. */
  readonly allLogits: boolean;
  readonly attentions: boolean;
  readonly hiddenStates: boolean;
  /** Of the last token that is read. */
  readonly lens: boolean;
}

export interface Read extends Reading {
  /** T: how many tokens of each row this run has read. */
  readonly tokenCount: number;
  /** [batch, 1, V], or of all tokens [batch, T, V] */
  readonly logits: Output;
  readonly attentions: Output | undefined;
  readonly hiddenStates: Output | undefined;
  /** [L + 1, batch, V] */
  readonly lens: Output | undefined;
  readonly runMs: number;
}

export const nothingAsked: Asked = {
  allLogits: false,
  attentions: false,
  hiddenStates: false,
  lens: false,
};

/** Feeds and fetches of a decoder's graph. */
export class DecoderGraph {
  readonly #session: Session;
  /** Before anything was read. */
  readonly nothing: Reading;

  constructor(session: Session, manifest: Manifest) {
    this.#session = session;
    this.nothing = { ids: [], cache: emptyCache(session, manifest) };
  }

  /** Whether the graph can tell what each layer would say. */
  get hasLens(): boolean {
    const { inputs, outputs } = decoderOnlyGraph;
    return (
      this.#session.inputs.includes(inputs.outputLens) &&
      this.#session.outputs.includes(outputs.lens)
    );
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
    { ids, cache }: Reading,
    asked: Asked,
    signal?: AbortSignal,
    position = ids.length,
  ): Promise<Read> {
    const { inputs, outputs } = decoderOnlyGraph;
    const run = await this.#session.run(
      {
        [inputs.inputIds]: tokens,
        ...cache.feeds(tokens, position),
        [inputs.allLogits]: asked.allLogits,
        [inputs.outputAttentions]: asked.attentions,
        [inputs.outputHiddenStates]: asked.hiddenStates,
        ...(this.hasLens && { [inputs.outputLens]: asked.lens }),
      },
      [
        outputs.logits,
        ...cache.outputs,
        ...(asked.attentions ? [outputs.attentions] : []),
        ...(asked.hiddenStates ? [outputs.hiddenStates] : []),
        ...(this.hasLens && asked.lens ? [outputs.lens] : []),
      ],
      signal,
    );
    return {
      ids: [...ids, ...(tokens[0] ?? [])],
      tokenCount: tokens[0]?.length ?? 0,
      cache: cache.append(run),
      logits: requireOutput(run, outputs.logits),
      attentions: run.outputs.get(outputs.attentions),
      hiddenStates: run.outputs.get(outputs.hiddenStates),
      lens: run.outputs.get(outputs.lens),
      runMs: run.runMs,
    };
  }
}

/** As much of a reading as a text shares with it, at most `most` tokens. */
export function sharedReading(reading: Reading, ids: readonly number[], most: number): Reading {
  const length = Math.min(sharedLength(reading.ids, ids), most);
  return length === reading.ids.length
    ? reading
    : { ids: reading.ids.slice(0, length), cache: reading.cache.takePositions(length) };
}

/** How many ids two sequences have in common from their beginning on. */
export function sharedLength(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((id, index) => id !== b[index]);
  return differs < 0 ? a.length : differs;
}
