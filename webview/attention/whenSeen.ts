/** Puts off work until somebody can see the page. */

/**
 * @returns does the newest work that it was given: at once where `isUrgent`, or when the window is no longer hidden.
 */
export function createWhenSeen(): (isUrgent: boolean, work: () => void) => void {
  let waiting: (() => void) | undefined;
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) {
      waiting?.();
      waiting = undefined;
    }
  });
  return (isUrgent, work) => {
    if (document.hidden && !isUrgent) {
      waiting = work;
    } else {
      waiting = undefined;
      work();
    }
  };
}
