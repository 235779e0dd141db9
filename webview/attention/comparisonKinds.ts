/** What a picture of attention can be compared with, and the pictures of a comparison. */

/** A second head, a second layer, a second sentence, or the same text in a second model. */
export const comparisons = ['head', 'layer', 'sentence', 'model'] as const;
export type ComparisonKind = (typeof comparisons)[number];

/** A is the page's own picture, B what it is compared with; the difference is A less B. */
export const panes = ['a', 'b', 'difference'] as const;
export type Pane = (typeof panes)[number];
