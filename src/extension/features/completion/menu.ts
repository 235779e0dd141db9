import type { CompletionState } from './state';

/** What can be done from the status bar. */
export type MenuAction =
  | 'turn-on'
  | 'turn-off'
  | 'offer-anyway'
  | 'only-when-asked'
  | 'as-you-type'
  | 'end-snooze'
  | 'snooze-5'
  | 'snooze-15'
  | 'snooze-60'
  | 'language-on'
  | 'language-off'
  | 'smaller-model'
  | 'choose-model'
  | 'why-nothing'
  | 'why-this'
  | 'statistics'
  | 'clear-statistics'
  | 'settings'
  | 'show-log';

/** What the entries depend on, besides the state. */
export interface MenuFacts {
  readonly isOnRequest: boolean;
  readonly hasLanguage: boolean;
  readonly hasSmallerModel: boolean;
  /** The newest request brought nothing. */
  readonly hasNothing: boolean;
  readonly hasOffered: boolean;
  readonly hasStatistics: boolean;
}

/** The snoozes that are offered, in minutes. */
export const snoozes = { 'snooze-5': 5, 'snooze-15': 15, 'snooze-60': 60 } as const;

/** The entries in groups; the first is what the state asks for, and what Enter does. */
export function menuOf(
  state: CompletionState,
  facts: MenuFacts,
): readonly (readonly MenuAction[])[] {
  const { kind } = state;
  if (kind === 'off' || kind === 'unasked') {
    return [
      ['turn-on'],
      [...lookingBack(facts), 'settings'],
      ...(kind === 'unasked' ? [['turn-off'] as const] : []),
    ];
  }
  const isWorking = kind !== 'no-model' && kind !== 'off-for-language';
  const groups: MenuAction[][] = [
    firstOf(kind),
    isWorking
      ? [
          ...(facts.isOnRequest ? (['as-you-type'] as const) : []),
          ...(facts.isOnRequest ? [] : (['only-when-asked'] as const)),
          ...(kind === 'snoozed' ? [] : (['snooze-5', 'snooze-15', 'snooze-60'] as const)),
          ...(facts.hasLanguage ? (['language-off'] as const) : []),
        ]
      : [],
    kind === 'no-model'
      ? []
      : [
          ...(kind === 'too-slow' && facts.hasSmallerModel ? (['smaller-model'] as const) : []),
          'choose-model',
        ],
    [
      ...(isWorking && facts.hasNothing ? (['why-nothing'] as const) : []),
      ...(facts.hasOffered ? (['why-this'] as const) : []),
      ...lookingBack(facts),
    ],
    ['settings', 'turn-off'],
  ];
  return groups.filter(group => group.length > 0);
}

const lookingBack = ({ hasStatistics }: MenuFacts): readonly MenuAction[] =>
  hasStatistics ? ['statistics', 'clear-statistics'] : [];

function firstOf(kind: CompletionState['kind']): MenuAction[] {
  switch (kind) {
    case 'no-model':
      return ['choose-model'];
    case 'off-for-language':
      return ['language-on'];
    case 'failed':
      return ['show-log'];
    case 'snoozed':
      return ['end-snooze'];
    case 'too-slow':
      return ['offer-anyway'];
    default:
      return [];
  }
}
