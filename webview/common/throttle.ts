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
