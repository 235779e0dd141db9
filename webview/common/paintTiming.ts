/** How long a page takes from being told what to show to the painted picture; a performance measure of that name too. */
export interface PaintClock {
  /** The page is told what to show. */
  start(): void;
  /** The painting follows in this task; a frame later it is on the screen, and `tell` hears of it in ms. */
  stop(tell: (ms: number) => void): void;
}

export const paintClock: PaintClock = {
  start: () => void performance.mark('show'),
  stop: tell => {
    requestAnimationFrame(() =>
      setTimeout(() => {
        performance.mark('painted');
        tell(performance.measure('show-to-painted', 'show', 'painted').duration);
      }),
    );
  },
};
