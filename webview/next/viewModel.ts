/** What the page draws, derived from its state. */
import { memo } from '../common/store';
import type { Bar } from './bars';
import { branchesOf, maxBars, type NextState, type ShownPrediction } from './nextState';
import type { Branches } from './branches';
import {
  bend,
  type Bent,
  candidatesOf,
  type Controls,
  type Distribution,
  probabilityOf,
} from './distribution';
import { lensView, type LensView } from './lens';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { TokenRank } from '../../src/common/protocol/engine/predict';
import { spelled, type SpelledToken, type Spellings } from './tokenLabels';
import { bitsOf } from './textScores';
import { goesOnInWord, textEnd, type TextEnd } from './textEnd';

/** Of the most probable tokens, which may be followed through the layers. */
const choices = 20;

/** What follows from a prediction and the controls, all that is drawn of it. */
export interface ViewModel {
  readonly shown: ShownPrediction;
  readonly branches: Branches;
  readonly bent: Bent;
  readonly bars: readonly Bar[];
  readonly lens: LensView | undefined;
  readonly vocabSize: number;
  /** Of the text to which nothing is appended, where it is no good place to look at what follows. */
  readonly end: TextEnd | undefined;
  /** What stands at the place that is looked at. */
  readonly own: OwnToken | undefined;
}

/** A token of the text among all that could have been there. */
export interface OwnToken extends TokenRank {
  readonly token: SpelledToken;
  readonly bits: number;
}

/** Makes view models and remembers what has not changed: a control that moves bends the distribution, and nothing else. */
export function createViewModelMaker(): (state: NextState) => ViewModel | undefined {
  const bentOf = memo((distribution: Distribution, controls: Controls) =>
    bend(distribution, controls),
  );
  const barsOf = memo(
    ({ distribution, ownId }: ShownPrediction, bent: Bent, count: number, spellings: Spellings) =>
      candidatesOf(distribution, bent, count, ownId).map((candidate): Bar => ({
        candidate,
        token: spelled(spellings, candidate.id),
        isOwn: candidate.id === ownId,
      })),
  );
  const ownOf = memo(({ distribution, ownId }: ShownPrediction, spellings: Spellings) => {
    return ownId === undefined
      ? undefined
      : {
          token: spelled(spellings, ownId),
          rank: distribution.ids.indexOf(ownId) + 1,
          probability: probabilityOf(distribution, ownId),
          bits: bitsOf((distribution.logits[ownId] ?? -Infinity) - distribution.logSum),
        };
  });
  const lensOf = memo((shown: ShownPrediction, watched: number | undefined) =>
    lensView(shown.prediction, watched, [...shown.distribution.ids.subarray(0, choices)]),
  );
  /** Of the caret, also while another place is looked at: a notice that went would move the text from under the pointer. */
  let atCaret: { readonly subject: Subject; readonly end: TextEnd | undefined } | undefined;
  const endOf = memo((shown: ShownPrediction, spellings: Spellings) => {
    if (shown.place === undefined) {
      atCaret = { subject: shown.subject, end: endAtCaret(shown, spellings) };
    }
    return atCaret?.subject === shown.subject ? atCaret.end : undefined;
  });
  const endAtCaret = (shown: ShownPrediction, spellings: Spellings) => {
    const [{ text }] = shown.subject.segments;
    const { ids } = shown.distribution;
    const likeliest = Array.from(ids.subarray(0, maxBars), id => ({
      token: spelled(spellings, id),
      probability: probabilityOf(shown.distribution, id),
    }));
    const isInWord = shown.subject.endsInWord === true || goesOnInWord(text, likeliest);
    return shown.at < 0 ? textEnd(text, isInWord) : undefined;
  };
  return ({ shown, saved, barCount, spellings }) => {
    if (shown?.kind !== 'next') {
      return undefined;
    }
    const bent = bentOf(shown.distribution, saved.controls);
    return {
      shown,
      branches: branchesOf(saved),
      bent,
      bars: barsOf(shown, bent, barCount, spellings),
      lens: saved.lens ? lensOf(shown, saved.watched) : undefined,
      vocabSize: shown.distribution.logits.length,
      end: endOf(shown, spellings),
      own: ownOf(shown, spellings),
    };
  };
}
