/** The figures of completion: what was shown and accepted, and how quick it was. */
import * as v from 'valibot';
import type { Device } from '../../../common/protocol/engine/types';
import type { Timing } from './latency';

/** Number of timings kept: enough for a median, few enough to be stored. */
const maxTimings = 100;

export interface Statistics {
  /** When the count began, in ms since 1970. */
  readonly since: number;
  /** Completions that were shown; one that continues along what is typed counts once. */
  readonly shown: number;
  /** Completions that were accepted whole. */
  readonly accepted: number;
  /** Completions of which a part was accepted, by word or by line. */
  readonly acceptedInPart: number;
  /** From the end of the delay to the first token, in ms, the oldest first. */
  readonly firstTokenMs: readonly number[];
  readonly tokensPerSecond: readonly number[];
  /** The device of the last run. */
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

/** The stored statistics, or new ones if they cannot be read. */
export function parseStatistics(value: unknown, now: number): Statistics {
  const { success, output } = v.safeParse(stored, value);
  return success ? { device: undefined, modelId: undefined, ...output } : noStatistics(now);
}

/** The statistics with one more run. */
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

/** The middle value; undefined if there are no values. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[middle - 1];
  return sorted.length % 2 === 0 && upper !== undefined && lower !== undefined
    ? (upper + lower) / 2
    : upper;
}

/** The share of the shown completions that was accepted, whole or in part; undefined if none was shown. */
export const acceptanceRate = ({
  shown,
  accepted,
  acceptedInPart,
}: Statistics): number | undefined =>
  shown > 0 ? Math.min(1, (accepted + acceptedInPart) / shown) : undefined;
