/** The state of a page: one object with its changes, what is derived from it once, calls that are put together, and what is kept for the next start. */
import * as v from 'valibot';
import { savedSubject, type Subject } from '../../src/common/protocol/pages/subject';
/** One object of state and those who hear of its changes. */
export interface Store<S> {
  readonly state: S;
  /** Replaces the given fields and tells the listeners, once, before it returns. */
  update(change: Partial<S>): void;
}

/** @param onChange hears of every change, after it. */
export function createStore<S extends object>(initial: S, onChange: () => void): Store<S> {
  let state = initial;
  return {
    get state() {
      return state;
    },
    update(change) {
      state = { ...state, ...change };
      onChange();
    },
  };
}

/** Remembers the last result of a pure function, by the identity of its arguments. */
export function memo<A extends readonly unknown[], R>(
  compute: (...args: A) => R,
): (...args: A) => R {
  let last: { readonly args: A; readonly result: R } | undefined;
  return (...args) => {
    if (!last || last.args.some((arg, index) => !Object.is(arg, args[index]))) {
      last = { args, result: compute(...args) };
    }
    return last.result;
  };
}

/** Several calls in one task are one, at its end: however many fields change, the page is painted once. */
export function onceATask(call: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) {
      return;
    }
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      call();
    });
  };
}

/** Calls at most once in `ms`, always with the newest argument. */
export function throttle<A>(ms: number, call: (argument: A) => void): (argument: A) => void {
  let waiting: { readonly argument: A } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = () => {
    timer = undefined;
    if (waiting) {
      const { argument } = waiting;
      waiting = undefined;
      timer = setTimeout(next, ms);
      call(argument);
    }
  };
  return argument => {
    waiting = { argument };
    if (timer === undefined) {
      next();
    }
  };
}

/** A place in a list, or an amount. */
export const index = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The entry that the state of every page of a text has. */
export const subjectEntry = { subject: v.fallback(v.optional(savedSubject), undefined) };

/** All that a schema reads, not to be changed. */
export type Kept<T> = T extends object ? { readonly [K in keyof T]: Kept<T[K]> } : T;

/** What a schema with {@link subjectEntry} reads. */
export type Saved<S extends v.GenericSchema> = Omit<Kept<v.InferOutput<S>>, 'subject'> & {
  readonly subject?: Subject | undefined;
};

/**
 * What an earlier page has left, read field by field: it comes from outside, perhaps from another version, and what is
 * not as expected becomes its default.
 */
export const parserOf =
  <S extends v.GenericSchema>(schema: S) =>
  (value: unknown): v.InferOutput<S> =>
    v.parse(schema, typeof value === 'object' && value !== null ? value : {});
