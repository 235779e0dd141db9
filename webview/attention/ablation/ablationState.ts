/** What is asked of a model with some of its parts switched off, and what was measured. */
import * as v from 'valibot';
import type { Analysis } from '../../../src/common/protocol/engine/analyze';
import type { AblationReport } from '../../../src/common/protocol/engine/ablate';
import type { Subject } from '../../../src/common/protocol/pages/subject';
import type { RunState } from '../../common/runStore';
import { index } from '../../common/store';
import type { Parts } from './parts';

const kind = v.picklist(['encoder', 'decoder', 'cross']);

/** What is kept for the next start: undefined where the section is closed. */
export const savedAblation = v.object({
  /** Of another model, parts of the same numbers are other parts. */
  modelId: v.string(),
  /** What is switched off. */
  parts: v.object({
    heads: v.array(v.object({ kind, layer: index, head: index })),
    feedForwards: v.array(v.object({ kind: v.picklist(['encoder', 'decoder']), layer: index })),
  }),
});

/** A token of the vocabulary, and how it is shown. */
export interface NamedToken {
  readonly id: number;
  readonly text: string;
}

/** A text and what the page has made of it. */
export interface ShownText {
  readonly subject: Subject;
  readonly analysis: Analysis;
  /** What of the subject the model reads. */
  readonly read: { readonly text: string; readonly textPair?: string | undefined };
}

/** What is predicted, and what is watched in the prediction. A new question makes what was measured for the old one void. */
export interface Question {
  /** What the page shows; the question is of its text. Compared by identity. */
  readonly of: ShownText;
  /** Index of the token that is masked, or of the token of a translation that is asked about. */
  readonly place: number | undefined;
  /** By default the most probable one, of a translation the one that stands there. */
  readonly watched: NamedToken | undefined;
  readonly contrast: readonly [a: NamedToken | undefined, b: NamedToken | undefined];
}

/** What was measured with the parts switched off, and without. */
export interface Measured {
  readonly question: Question;
  readonly parts: Parts;
  readonly report: AblationReport;
  /** Of a translator, what it writes without the parts; undefined where none is switched off. */
  readonly translation: string | undefined;
}

/** The effects of all heads, each switched off alone. */
interface Sweep {
  readonly question: Question;
  readonly report: AblationReport;
}

export interface AblationState extends RunState {
  readonly question: Question | undefined;
  readonly measured: Measured | undefined;
  readonly sweep: Sweep | undefined;
  /** Whether all heads of the sweep are listed. */
  readonly isSweepWhole: boolean;
  /** A word that a user has typed and that is no token, or several: what was made of it. */
  readonly note: string | undefined;
}

export const nothingMeasured: AblationState = {
  work: undefined,
  error: undefined,
  question: undefined,
  measured: undefined,
  sweep: undefined,
  isSweepWhole: false,
  note: undefined,
};
