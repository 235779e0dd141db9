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
