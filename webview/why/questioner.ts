/** Asks the host what would have been written: each kind of question alone, and a newer one in place of an older. */
import { asEngineError } from '../../src/common/errors';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { WhyHostApi } from '../../src/common/protocol/pages/why';
import type { Remote } from '../../src/common/protocol/rpc';
import type { RunStore } from '../common/runStore';
import type { WhyState } from './whyState';
import { partsOf, toggled } from './promptParts';
import { noQuestions, partKindOf, type Sweep, type WhatIfState } from './whatIfState';

type Kind = 'alternative' | 'omission' | 'sweep';

/** Nothing here rejects: what goes wrong is in the state. */
export class Questioner {
  readonly #running = new Map<Kind, AbortController>();

  constructor(
    private readonly store: RunStore<WhyState>,
    private readonly host: Remote<WhyHostApi>,
    private readonly onTaken: (subject: Subject) => void,
  ) {}

  /** Forgets all questions: another completion is explained. */
  reset(): void {
    for (const kind of [...this.#running.keys()]) {
      this.#end(kind);
    }
    this.store.update({ whatIf: noQuestions });
  }

  /** What the model would have written from another token on. */
  async writeFrom(index: number, tokenId: number, text: string): Promise<void> {
    this.#update({ asked: { index, tokenId, text }, alternative: undefined });
    await this.#ask('alternative', async (id, signal) => {
      const alternative = await this.host.writeFrom({ id, index, tokenId }, { signal });
      return () => this.#update({ alternative });
    });
  }

  closeAlternative(): void {
    this.#end('alternative');
    this.#update({ asked: undefined, alternative: undefined });
  }

  /** Puts the alternative into the document. */
  async take(): Promise<void> {
    await this.#ask('alternative', async id => {
      const subject = await this.host.take({ id });
      return () => {
        if (subject) {
          this.onTaken(subject);
        }
      };
    });
  }

  /** Leaves out the part that a token of the prompt belongs to, or takes it back. */
  async toggle(token: number): Promise<void> {
    const { shown, saved, whatIf } = this.store.state;
    const explanation = shown?.explanation;
    const kind = explanation && partKindOf(explanation, saved.part);
    const part = explanation && kind && partsOf(explanation, kind).find(({ end }) => token < end);
    if (part) {
      await this.#leaveOut(toggled(whatIf.leftOut, part));
    }
  }

  async takeAllBack(): Promise<void> {
    await this.#leaveOut([]);
  }

  async #leaveOut(leftOut: WhatIfState['leftOut']): Promise<void> {
    this.#end('omission');
    this.#update({ leftOut, effect: undefined });
    if (leftOut.length > 0) {
      await this.#ask('omission', async (id, signal) => {
        const effect = await this.host.leaveOut({ id, leftOut }, { signal });
        return () => this.#update({ effect });
      });
    }
  }

  /** Leaves out each part alone, the last first: what follows it is shortest. */
  async sweep(): Promise<void> {
    const { shown, saved } = this.store.state;
    if (!shown) {
      return;
    }
    const kind = partKindOf(shown.explanation, saved.part);
    const parts = partsOf(shown.explanation, kind);
    const sweep: Sweep = { kind, parts, effects: new Map(), isRunning: true };
    this.#update({ sweep });
    await this.#ask('sweep', async (id, signal) => {
      const effects = new Map<number, Awaited<ReturnType<WhyHostApi['leaveOut']>>>();
      for (const index of [...parts.keys()].reverse()) {
        const { start, end } = parts[index]!;
        effects.set(index, await this.host.leaveOut({ id, leftOut: [{ start, end }] }, { signal }));
        signal.throwIfAborted();
        this.#update({ sweep: { ...sweep, effects: new Map(effects) } });
      }
      return () => this.#update({ sweep: { ...sweep, effects, isRunning: false } });
    });
  }

  /** Ends the sweep; what it knows stays. */
  cancelSweep(): void {
    this.#end('sweep');
    const { sweep } = this.store.state.whatIf;
    this.#update({ sweep: sweep && { ...sweep, isRunning: false } });
  }

  #update(change: Partial<WhatIfState>): void {
    this.store.update({ whatIf: { ...this.store.state.whatIf, ...change } });
  }

  #end(kind: Kind): void {
    this.#running.get(kind)?.abort();
    this.#running.delete(kind);
  }

  /** @param question returns what to do with its answer, unless it was ended meanwhile. */
  async #ask(
    kind: Kind,
    question: (id: string, signal: AbortSignal) => Promise<() => void>,
  ): Promise<void> {
    this.#end(kind);
    const id = this.store.state.shown?.explanation.id;
    if (id === undefined) {
      return;
    }
    const controller = new AbortController();
    this.#running.set(kind, controller);
    const { signal } = controller;
    try {
      const answer = await question(id, signal);
      if (!signal.aborted) {
        answer();
      }
    } catch (cause) {
      if (!signal.aborted) {
        const error = asEngineError(cause);
        this.store.update({ error });
        void this.host.report({ code: error.code, message: error.message });
      }
    }
  }
}
