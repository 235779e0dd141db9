/** Reads what the options of the command line say: numbers, a strategy of generation, and the messages of a conversation. */
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { invalid, parseJson, type Origin } from '../common/json';
import type { Strategy } from '../common/protocol/engine/generate';
import type { ChatMessage } from '../common/protocol/engine/types';

/** Reads the value of an option that counts. @throws InvalidArgumentError for anything but digits. */
export function count(value: string): number {
  if (!/^\d{1,9}$/.test(value)) {
    throw new InvalidArgumentError('It is not a count.');
  }
  return Number(value);
}

/** Reads the value of an option. @throws InvalidArgumentError for anything but a decimal number. */
export function decimal(value: string): number {
  if (!/^-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?$/i.test(value)) {
    throw new InvalidArgumentError('It is not a number.');
  }
  return Number(value);
}

/** Reads an option that may be given more than once: the values so far, and the next. */
export const each =
  <T>(read: (value: string) => T) =>
  (value: string, before: readonly T[]): readonly T[] => [...before, read(value)];

/** The values of such an option where it is not given. */
export const none: readonly never[] = [];

/** A part of a model as the command line names it: numbers count from 1. */
export interface PartName {
  /** Undefined where it was not named. */
  readonly kind: 'encoder' | 'decoder' | 'cross' | undefined;
  readonly layer: number;
  /** 0 for what has none. */
  readonly head: number;
}

/**
 * Reads an option that lists parts of a model, `cross:2.4,5.10`.
 *
 * @param numbers 2 for heads, 1 for layers.
 * @throws InvalidArgumentError for anything else.
 */
export const partList =
  (numbers: 1 | 2) =>
  (value: string): readonly PartName[] =>
    value.split(',').map(name => {
      const pattern = numbers === 2 ? headName : layerName;
      const { kind, layer, head } = pattern.exec(name.trim())?.groups ?? {};
      if (layer === undefined) {
        const example = numbers === 2 ? '2.4,5.10 (layer.head)' : '2,5';
        throw new InvalidArgumentError(
          `"${name.trim()}" is none. Write them like ${example}, counted from 1.`,
        );
      }
      // The pattern allows no other kinds.
      return { kind: kind as PartName['kind'], layer: Number(layer), head: Number(head ?? 0) };
    });

const headName =
  /^(?:(?<kind>encoder|decoder|cross):)?(?<layer>[1-9]\d{0,3})\.(?<head>[1-9]\d{0,3})$/;
const layerName = /^(?:(?<kind>encoder|decoder):)?(?<layer>[1-9]\d{0,3})$/;

/** The options of `generate` that choose a strategy. */
export interface StrategyOptions {
  readonly beams?: number | undefined;
  readonly lengthPenalty?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topK?: number | undefined;
  readonly topP?: number | undefined;
  readonly minP?: number | undefined;
  readonly repetitionPenalty?: number | undefined;
  readonly seed?: number | undefined;
}

/**
 * Beam search where `--beams` is given, sampling where one of its options is, the most probable token otherwise.
 * Ranges are the engine's to check.
 *
 * @throws InvalidArgumentError for an option of beam search without it.
 */
export function strategyOf(options: StrategyOptions): Strategy {
  const { beams, lengthPenalty, temperature, topK, topP, minP, repetitionPenalty, seed } = options;
  if (beams !== undefined) {
    return { kind: 'beam', beams, ...(lengthPenalty !== undefined && { lengthPenalty }) };
  }
  if (lengthPenalty !== undefined) {
    throw new InvalidArgumentError('--length-penalty needs --beams');
  }
  const sampling = [temperature, topK, topP, minP, repetitionPenalty, seed];
  if (sampling.every(option => option === undefined)) {
    return { kind: 'greedy' };
  }
  return {
    kind: 'sample',
    temperature: temperature ?? 1,
    seed: seed ?? 0,
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
    ...(minP !== undefined && { minP }),
    ...(repetitionPenalty !== undefined && { repetitionPenalty }),
  };
}

const source: Origin = {
  code: 'input-invalid',
  noun: 'The messages',
  advice: 'Write them so.',
};

/** What the messages are made of is the engine's to check. @throws EngineError `input-invalid` */
export function messagesOf(json: string): readonly ChatMessage[] {
  let parsed: unknown;
  try {
    parsed = parseJson(new TextEncoder().encode(json), source);
  } catch (cause) {
    throw notMessages(cause);
  }
  if (!Array.isArray(parsed)) {
    throw notMessages();
  }
  // The engine refuses what is no message.
  return parsed as readonly ChatMessage[];
}

const notMessages = (cause?: unknown) =>
  invalid(source, 'are no JSON array of {"role": ..., "content": ...}', cause);
