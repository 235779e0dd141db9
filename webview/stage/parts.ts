import type { PartId } from '../../src/shared/lesson';
import type { PartFactory } from './part';
import { alignment } from './parts/alignment';
import { bothSides } from './parts/bothSides';
import { bottleneck } from './parts/bottleneck';
import { chat } from './parts/chat';
import { cost } from './parts/cost';
import { eras } from './parts/eras';
import { fewShot } from './parts/fewShot';
import { fixedVector } from './parts/fixedVector';
import { insideHead } from './parts/insideHead';
import { labels } from './parts/labels';
import { maskedOrNext } from './parts/maskedOrNext';
import { nextWords } from './parts/nextWords';
import { positions } from './parts/positions';
import { reading } from './parts/reading';
import { rewards } from './parts/rewards';
import { scale } from './parts/scale';
import { verdict } from './parts/verdict';

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
