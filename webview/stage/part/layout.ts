/** Room of figures in a live part, in CSS pixels. */

/** From this width on, figures stand beside each other. */
export const wideFrom = 720;
/** The gap between two of them, as in the stylesheet. */
const figureGap = 24;

/** The width of one of some figures: beside each other where there is room, else below each other. */
export const figureWidth = (count: number, width: number): number =>
  width >= wideFrom ? (width - (count - 1) * figureGap) / count : width;
