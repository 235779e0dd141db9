/** Typed calls over any message port, with cancellation and error codes. */
import { createBirpc } from 'birpc';
import * as v from 'valibot';
import { asEngineError, EngineError, errorCodes } from '../errors';

/** What a transport must offer. A worker, a worker thread and a webview each fit it in a few lines. */
export interface Port {
  /**
   * @param transfer buffers to move; a transport that moves nothing may copy them.
   * @throws when the message cannot be cloned.
   */
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** The listener may receive messages of others too; `link` ignores those. @returns a function that removes the listener. */
  onMessage(listener: (message: unknown) => void): () => void;
}

/** A contract is an interface whose methods take one structured-cloneable argument and return a promise of such a value. */
export type Contract<C> = { readonly [M in keyof C]: (arg: never) => Promise<unknown> };
type Arg<F> = F extends (arg: infer A) => unknown ? A : never;
type Result<F> = F extends (arg: never) => Promise<infer R> ? R : never;

export interface CallOptions {
  /** Rejects the call with `cancelled` at once, and cancels it on the far side. */
  readonly signal?: AbortSignal | undefined;
}

/** The far side of a port, as its caller sees it. */
export type Remote<C extends Contract<C>> = {
  readonly [M in keyof C]: (arg: Arg<C[M]>, options?: CallOptions) => Promise<Result<C[M]>>;
};

/** The near side of a port: the handlers of its calls. `signal` fires when the caller cancels or the link closes. */
export type Handlers<C extends Contract<C>> = {
  readonly [M in keyof C]: (
    arg: Arg<C[M]>,
    signal: AbortSignal,
  ) => Result<C[M]> | Promise<Result<C[M]>>;
};

export interface LinkOptions {
  /** Called for each call that was sent. `answered` settles when the far side has answered, also after the caller cancelled. */
  readonly onCall?: ((answered: Promise<unknown>) => void) | undefined;
}

export interface Link<C extends Contract<C>> {
  readonly remote: Remote<C>;
  /** Rejects every pending call with `reason`, fires the signals of running handlers and stops listening. Safe to call twice. */
  close(reason?: EngineError): void;
}

const moved = new WeakMap<object, readonly ArrayBuffer[]>();

/**
 * Marks an argument or a result: if the transport can, its buffers are moved and not copied.
 * They are empty on this side afterwards.
 */
export function move<T extends object>(value: T, buffers: readonly ArrayBuffer[]): T {
  moved.set(value, buffers);
  return value;
}

/** Distinguishes our messages from those of others on the same port: a webview's window also receives the workbench's. */
const mark = 'lmEvolution';
const cancelMethod = '$cancel';

/** The only messages on a port: birpc's two, with our mark. `a` is [argument, number of the call]. */
const wireMessage = v.variant('t', [
  v.object({
    link: v.literal(mark),
    t: v.literal('q'),
    m: v.string(),
    a: v.tuple([v.unknown(), v.number()]),
    i: v.optional(v.string()),
  }),
  v.object({
    link: v.literal(mark),
    t: v.literal('s'),
    i: v.string(),
    r: v.optional(v.unknown()),
    e: v.optional(v.object({ code: v.picklist(errorCodes), message: v.string() })),
  }),
]);

/** A message as birpc creates it. */
interface BirpcMessage {
  readonly a?: readonly unknown[];
  readonly r?: unknown;
  readonly e?: unknown;
}
type Serve = (arg: unknown, call: number) => unknown;
type AnyHandler = (arg: unknown, signal: AbortSignal) => unknown;

/**
 * Connects one end of a port: serves `local` to the far side and returns a proxy of the far side's contract.
 *
 * Every call settles exactly once: by its result, its error, its signal, or `close`. There is no time limit.
 * A message that is not ours, or is garbled, is dropped and harms nothing.
 */
export function link<R extends Contract<R>, L extends Contract<L>>(
  port: Port,
  local: Handlers<L>,
  { onCall }: LinkOptions = {},
): Link<R> {
  const running = new Map<number, AbortController>();
  let nextCall = 0;
  let closed: EngineError | undefined;
  let stopListening = () => {};

  const rpc = createBirpc<Record<string, Serve>>(
    {},
    {
      post: (message: BirpcMessage) => {
        if (!closed) {
          port.post(message, buffersOf(message.a?.[0] ?? message.r));
        }
      },
      on: receive => {
        stopListening = port.onMessage(message => {
          if (v.is(wireMessage, message)) {
            receive(message);
          }
        });
      },
      off: () => stopListening(),
      serialize: (message: BirpcMessage) => ({
        ...message,
        ...(message.e !== undefined && { e: toWire(message.e) }),
        link: mark,
      }),
      deserialize: (message: v.InferOutput<typeof wireMessage>) =>
        message.t === 's' && message.e
          ? { ...message, e: new EngineError(message.e.code, message.e.message) }
          : message,
      resolver: method => (method === cancelMethod ? cancel : serverOf(method)),
      timeout: -1,
      // True if a result could not be posted: birpc then posts the error. A failed call must still throw.
      onGeneralError: (_, method) => method !== undefined,
    },
  );

  return {
    // The methods of the far side are known to the compiler only.
    remote: new Proxy({} as Remote<R>, {
      // `then` must stay undefined, or `await remote` would call the far side.
      get: (_, method) =>
        typeof method === 'symbol' || method === 'then'
          ? undefined
          : (arg: unknown, options?: CallOptions) => call(method, arg, options),
    }),
    close,
  };

  function call(method: string, arg: unknown, { signal }: CallOptions = {}): Promise<unknown> {
    if (closed) {
      return Promise.reject(closed);
    }
    if (signal?.aborted) {
      return Promise.reject(cancelled());
    }
    const number = nextCall++;
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        reject(cancelled());
        // Whether this reaches the far side changes nothing here: the call is settled.
        void rpc.$callEvent(cancelMethod, undefined, number).catch(() => undefined);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const answered = rpc.$call(method, arg, number);
      onCall?.(answered);
      void answered
        .then(resolve, (error: unknown) => reject(asEngineError(error)))
        .finally(() => signal?.removeEventListener('abort', onAbort));
    });
  }

  function cancel(_: unknown, number: number): void {
    running.get(number)?.abort();
  }

  /** Makes the function that birpc calls for a method; it throws for a method that we do not have. */
  function serverOf(method: string): Serve {
    return async (arg, number) => {
      if (!Object.hasOwn(local, method)) {
        throw new EngineError('internal', `no such method: ${method}`);
      }
      const controller = new AbortController();
      running.set(number, controller);
      try {
        // The far side was compiled against the same contract; a handler checks what comes from outside.
        const handler = local[method as keyof L] as AnyHandler;
        return await handler.call(local, arg, controller.signal);
      } catch (error) {
        throw asEngineError(error);
      } finally {
        running.delete(number);
      }
    };
  }

  function close(reason = new EngineError('worker-lost', 'the port was closed')): void {
    if (closed) {
      return;
    }
    closed = reason;
    rpc.$close(reason);
    for (const controller of running.values()) {
      controller.abort();
    }
  }
}

const cancelled = () => new EngineError('cancelled', 'cancelled by the caller');

const toWire = (error: unknown) => {
  const { code, message } = asEngineError(error);
  return { code, message };
};

const buffersOf = (value: unknown) =>
  typeof value === 'object' && value !== null ? moved.get(value) : undefined;
