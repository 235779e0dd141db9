import type { PartId } from '../../../src/common/content/lesson';
import type { PartFactory } from '../part/part';
import { alignment } from '../parts/alignment/alignment';
import { bothSides } from '../parts/bothSides/bothSides';
import { bottleneck } from '../parts/bottleneck/bottleneck';
import { chat } from '../parts/chat/chat';
import { cost } from '../parts/cost/cost';
import { eras } from '../parts/eras/eras';
import { fewShot } from '../parts/fewShot/fewShot';
import { fixedVector } from '../parts/fixedVector/fixedVector';
import { insideHead } from '../parts/insideHead/insideHead';
import { labels } from '../parts/fewLabels/fewLabels';
import { maskedOrNext } from '../parts/maskedOrNext/maskedOrNext';
import { nextWords } from '../parts/nextWords/nextWords';
import { positions } from '../parts/positions/positions';
import { reading } from '../parts/reading/reading';
import { rewards } from '../parts/rewards/rewards';
import { scale } from '../parts/scale/scale';
import { verdict } from '../parts/verdict/verdict';

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
  labels,
  'masked-or-next': maskedOrNext,
  'next-words': nextWords,
  positions,
  reading,
  rewards,
  scale,
  verdict,
};
