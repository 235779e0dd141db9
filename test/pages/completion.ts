import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { OpenOptions } from './pageLab';
import type { HostOptions } from './fakeHost';

/** A completion by SmolLM2, greedy, as `Explainer` told of it: all heads averaged; of each token its rank by layer. */
interface Recorded {
  readonly subject: Subject;
  readonly explanation: NonNullable<HostOptions['completion']>['explanation'];
  readonly weights: readonly (readonly number[])[];
  readonly standings: readonly NonNullable<HostOptions['completion']>['ranks'][];
  /** With each word, each line and one pair of words left out. */
  readonly omissions: NonNullable<HostOptions['completion']>['omissions'];
  /** From the four most probable other tokens in place of the first. */
  readonly alternatives: NonNullable<HostOptions['completion']>['alternatives'];
}

/** Recorded from a run; numbers have six digits. */
export const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'completion.json'), 'utf8'),
) as Recorded;

/** The page with it. @param token whose ranks the host answers with, whichever it is asked for. */
export const withCompletion = (token = 0): OpenOptions => {
  const { subject, explanation, weights, standings, omissions, alternatives } = recorded;
  return {
    name: 'why',
    subject,
    host: {
      completion: { explanation, weights, ranks: standings[token], omissions, alternatives },
    },
  };
};
