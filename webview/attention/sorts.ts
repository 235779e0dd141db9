/** What the heads can be sorted by, in words. */

/** What heads can be sorted by; `position` is by layer and head. */
export const sorts = [
  ...(['position', 'telling', 'link', 'previous', 'next', 'same', 'duplicate'] as const),
  ...(['induction', 'start', 'separator', 'focus', 'breadth', 'distance'] as const),
] as const;
export type HeadSort = (typeof sorts)[number];

interface SortWords {
  readonly title: string;
  /** One line on what the score is. */
  readonly explanation: string;
}

const share = 'a mean over all tokens of the text.';

export const sortWords: Readonly<Record<HeadSort, SortWords>> = {
  position: { title: 'Layer and head', explanation: 'Rows are layers, columns heads.' },
  telling: {
    title: 'Most telling',
    explanation:
      'How much pronouns, else other function words, look at a content word more than two tokens away, times what the head usually does so.',
  },
  link: { title: 'This link', explanation: 'Weight on the link that is pointed at or kept.' },
  previous: { title: 'Previous token', explanation: `Weight on the token just before, ${share}` },
  next: { title: 'Next token', explanation: `Weight on the token just after, ${share}` },
  same: {
    title: 'Same token',
    explanation: `Weight on the token itself and its repetitions, ${share}`,
  },
  duplicate: {
    title: 'Earlier same token',
    explanation:
      'Weight on earlier tokens that are the same, a mean over the tokens that have one.',
  },
  induction: {
    title: 'Induction',
    explanation:
      'Weight on what followed an earlier token that is the same (Olsson et al. 2022), a mean over the tokens that have one.',
  },
  start: { title: 'Start token', explanation: `Weight on the start or first token, ${share}` },
  separator: { title: 'Separator', explanation: `Weight on the other special tokens, ${share}` },
  focus: {
    title: 'Narrowest',
    explanation: 'Lowest entropy first: 0 % is all weight on one token, 100 % the same on all.',
  },
  breadth: {
    title: 'Broadest',
    explanation: 'Highest entropy first: 0 % is all weight on one token, 100 % the same on all.',
  },
  distance: {
    title: 'Distance',
    explanation: 'How many tokens away the head looks, special tokens left out.',
  },
};
