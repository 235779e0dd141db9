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
}

export interface Read extends Reading {
  /** [batch, 1, V], or of all tokens [batch, T, V] */
  readonly logits: Output;
  readonly attentions: Output | undefined;
  readonly hiddenStates: Output | undefined;
  readonly runMs: number;
}

export const nothingAsked: Asked = { allLogits: false, attentions: false, hiddenStates: false };

/** Feeds and fetches of a decoder's graph. */
export class DecoderGraph {
  readonly #session: Session;
  /** Before anything was read. */
  readonly nothing: Reading;

  constructor(session: Session, manifest: Manifest) {
    this.#session = session;
    this.nothing = { ids: [], cache: emptyCache(session, manifest) };
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
        ...(this.#session.inputs.includes(inputs.outputLens) && { [inputs.outputLens]: false }),
      },
      [
        outputs.logits,
        ...cache.outputs,
        ...(asked.attentions ? [outputs.attentions] : []),
        ...(asked.hiddenStates ? [outputs.hiddenStates] : []),
      ],
      signal,
    );
    return {
      ids: [...ids, ...(tokens[0] ?? [])],
      cache: cache.append(run),
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
    : { ids: reading.ids.slice(0, length), cache: reading.cache.takePositions(length) };
}
