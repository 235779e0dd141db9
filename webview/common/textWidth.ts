/** Widths of a page of text, in CSS pixels, as in its stylesheet. */

/** Below this width a page is narrow: its margins are smaller, and what stood side by side stands in one column. */
export const narrowBelow = 640;

/** The room for a picture on a page of text: the page without its margins, and no wider than pictures gain from. */
export const pictureRoom = (pageWidth: number): number =>
  Math.max(240, Math.min(pageWidth - (pageWidth < narrowBelow ? 32 : 48) - 12, 960));
