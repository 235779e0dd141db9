/** All live parts. */
import type { PartId } from '../../../src/common/content/lesson';
import type { PartFactory } from '../part/livePart';
import { alignment } from '../parts/alignment/part';
import { bothSides } from '../parts/bothSides/part';
import { bottleneck } from '../parts/bottleneck/part';
import { chat } from '../parts/chat/part';
import { cost } from '../parts/cost/part';
import { eras } from '../parts/eras/part';
import { fewShot } from '../parts/fewShot/part';
import { fixedVector } from '../parts/fixedVector/part';
import { insideHead } from '../parts/insideHead/part';
import { fewLabels } from '../parts/fewLabels/part';
import { maskedOrNext } from '../parts/maskedOrNext/part';
import { nextWords } from '../parts/nextWords/part';
import { positions } from '../parts/positions/part';
import { reading } from '../parts/reading/part';
import { rewards } from '../parts/rewards/part';
import { scale } from '../parts/scale/part';
import { verdict } from '../parts/verdict/part';

/** How each live part is made. */
export const factories: Readonly<Record<PartId, PartFactory>> = {
  alignment,
  'both-sides': bothSides,
  bottleneck,
  chat,
  cost,
  eras,
  'few-shot': fewShot,
  'fixed-vector': fixedVector,
  'inside-head': insideHead,
  labels: fewLabels,
  'masked-or-next': maskedOrNext,
  'next-words': nextWords,
  positions,
  reading,
  rewards,
  scale,
  verdict,
};
