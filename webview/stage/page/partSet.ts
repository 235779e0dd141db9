/** All live parts: each is made when a stage first has it, and runs when it first comes into view. */
import type { Lesson, PartId, Sources } from '../../../src/common/content/lesson';
import type { LivePart, PartContext, PartFactory } from '../part/livePart';
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

export interface PartSetOptions extends Pick<
  PartContext,
  'client' | 'host' | 'models' | 'changed'
> {
  settingsOf(id: PartId): unknown;
  lessons(): readonly Lesson[];
  sources(): Sources;
  keep(id: PartId, settings: unknown): void;
  sentence(): string;
}

/** A live part of a stage. */
export interface PartOfStage {
  readonly id: PartId;
  readonly part: LivePart;
  /** Counts up when the part looks different from before. */
  readonly version: number;
}

export class PartSet {
  readonly #parts = new Map<PartId, LivePart>();
  readonly #versions = new Map<PartId, number>();
  /** The sentence that each part was given last. */
  readonly #given = new Map<PartId, string>();
  readonly #inView = new Set<PartId>();
  readonly #observer = new IntersectionObserver(
    entries => {
      for (const { target, isIntersecting } of entries) {
        const id = target.id.replace(/^part-/, '') as PartId; // Only sections of parts are watched.
        if (isIntersecting) {
          this.#inView.add(id);
          this.#show(id);
        } else {
          this.#inView.delete(id);
        }
      }
    },
    { rootMargin: '200px' },
  );
  #watched: readonly Element[] = [];
  /** An element keeps its place when another stage is painted into it, and has another id then. */
  #watchedIds: readonly string[] = [];

  constructor(private readonly options: PartSetOptions) {}

  of(ids: readonly PartId[]): readonly PartOfStage[] {
    return ids.map(id => ({
      ...{ id, part: this.#part(id) },
      version: this.#versions.get(id) ?? 0,
    }));
  }

  /** Takes the page as it was painted, to know which parts are in view. */
  watch(root: Element): void {
    const sections = [...root.querySelectorAll('section.part')];
    const isSame =
      sections.length === this.#watched.length &&
      sections.every(
        (one, index) => one === this.#watched[index] && one.id === this.#watchedIds[index],
      );
    if (!isSame) {
      this.#observer.disconnect();
      this.#inView.clear();
      this.#watched = sections;
      this.#watchedIds = sections.map(({ id }) => id);
      sections.forEach(section => this.#observer.observe(section));
    }
  }
  /** The sentence may be another: parts in view run at once, others when they come into view. */
  showAgain(): void {
    this.#inView.forEach(id => this.#show(id));
  }

  /**
   * The user asks for a run: the parts in view begin, and at least one does.
   *
   * @returns the first part that runs; if none can, the first.
   */
  run(ids: readonly PartId[]): PartId | undefined {
    ids.forEach(id => this.#given.delete(id));
    this.showAgain();
    const first = ids.find(id => {
      this.#show(id);
      return this.#part(id).state === 'running';
    });
    return first ?? ids[0];
  }

  cancel(): void {
    this.#parts.forEach((part, id) => {
      if (part.state === 'running') {
        part.cancel();
        this.#given.delete(id); // It begins again when it is seen again.
      }
    });
  }

  #show(id: PartId): void {
    const sentence = this.options.sentence();
    if (this.#given.get(id) !== sentence) {
      this.#given.set(id, sentence);
      this.#part(id).show(sentence);
    }
  }

  #part(id: PartId): LivePart {
    let part = this.#parts.get(id);
    if (!part) {
      const { client, host, models, changed, settingsOf, keep } = this.options;
      const settings = settingsOf(id);
      part = factories[id]({
        ...{ id, client, host, models, settings },
        lessons: this.options.lessons(),
        sources: this.options.sources(),
        changed: () => {
          this.#versions.set(id, (this.#versions.get(id) ?? 0) + 1);
          changed();
        },
        keep: kept => keep(id, kept),
      });
      this.#parts.set(id, part);
    }
    return part;
  }
}

/** How each live part is made. */
const factories: Readonly<Record<PartId, PartFactory>> = {
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
