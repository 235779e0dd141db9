/** What completion has done, in figures. */

import * as v from 'valibot';
import type { Device } from '../../../common/protocol/engine/types';
import type { Timing } from './latency';

/** So many times are kept: enough for a median, few enough to be stored. */
const maxTimings = 100;

/** What completion has done, since it was counted. */
export interface Statistics {
  /** In ms since 1970. */
  readonly since: number;
  /** Texts that were offered; one that goes on along what is typed counts once. */
  readonly shown: number;
  /** Of them those that were taken whole. */
  readonly accepted: number;
  /** And those of which a part was taken, by word or by line. */
  readonly acceptedInPart: number;
  /** From the end of the rest to the first token, in ms, the oldest first. */
  readonly firstTokenMs: readonly number[];
  readonly tokensPerSecond: readonly number[];
  /** Of the last run. */
  readonly device: Device | undefined;
  readonly modelId: string | undefined;
}

export const noStatistics = (now: number): Statistics => ({
  since: now,
  shown: 0,
  accepted: 0,
  acceptedInPart: 0,
  firstTokenMs: [],
  tokensPerSecond: [],
  device: undefined,
  modelId: undefined,
});

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const times = v.pipe(
  v.array(v.pipe(v.number(), v.finite(), v.minValue(0))),
  v.maxLength(maxTimings),
);
const stored = v.object({
  since: v.pipe(v.number(), v.finite()),
  shown: count,
  accepted: count,
  acceptedInPart: count,
  firstTokenMs: times,
  tokensPerSecond: times,
  device: v.optional(v.picklist(['webgpu', 'wasm'])),
  modelId: v.optional(v.string()),
});

/** What was stored, or none where that cannot be read. */
export function parseStatistics(value: unknown, now: number): Statistics {
  const { success, output } = v.safeParse(stored, value);
  return success ? { device: undefined, modelId: undefined, ...output } : noStatistics(now);
}

/** With one more run. */
export function withRun(
  statistics: Statistics,
  { firstTokenMs, tokensPerSecond }: Timing,
  modelId: string,
  device: Device | undefined,
): Statistics {
  const add = (list: readonly number[], value: number) => [...list, value].slice(-maxTimings);
  return {
    ...statistics,
    firstTokenMs: add(statistics.firstTokenMs, firstTokenMs),
    tokensPerSecond:
      tokensPerSecond > 0
        ? add(statistics.tokensPerSecond, tokensPerSecond)
        : statistics.tokensPerSecond,
    device,
    modelId,
  };
}

/** The middle value; undefined where there is none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[middle - 1];
  return sorted.length % 2 === 0 && upper !== undefined && lower !== undefined
    ? (upper + lower) / 2
    : upper;
}

/** The share of what was shown that was taken, whole or in part; undefined where nothing was shown. */
export const acceptanceRate = ({
  shown,
  accepted,
  acceptedInPart,
}: Statistics): number | undefined =>
  shown > 0 ? Math.min(1, (accepted + acceptedInPart) / shown) : undefined;
