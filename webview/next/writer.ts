/** Lets the model write on by itself. */
import type { Strategy, StreamedToken } from '../../src/common/protocol/engine/generate';
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { RunStore } from '../common/runStore';
import { append, appendedIds, goTo } from './branches';
import { settingsOf } from './distribution';
import { shortName } from '../common/models';
import { branchesOf, type NextState, type SavedState, withBranches } from './nextState';
import type { Predictor } from './predictor';
import type { SpellingLoader } from './tokenLabels';

/** Lets the model write on from where the user is; what it writes becomes a branch, token by token. */
export class Writer {
  constructor(
    private readonly store: RunStore<NextState>,
    private readonly client: () => EngineClient,
    private readonly spellings: Pick<SpellingLoader, 'spell'>,
    private readonly predictor: Predictor,
  ) {}

  /** Never rejects: what goes wrong is in the state, and what was written before that stays. */
  async write(subject: Subject): Promise<void> {
    const model = this.store.state.models.find(({ id }) => id === subject.modelId);
    this.store.update({ isWriting: true, pace: undefined, beams: undefined });
    const done = await this.store.run(
      `Writing with ${model ? shortName(model) : 'the model'}`,
      signal => this.#generate(subject, signal),
      { isWriting: false },
    );
    if (done) {
      await this.predictor.start(subject);
    }
  }

  async #generate(
    { modelId, segments }: Subject,
    signal: AbortSignal,
  ): Promise<Pick<NextState, 'pace' | 'beams'>> {
    const { saved } = this.store.state;
    const from = branchesOf(saved).at;
    const times: number[] = [];
    const onToken = ({ token, logProbability }: StreamedToken) => {
      if (!signal.aborted) {
        times.push(performance.now());
        this.#append(token.id, logProbability);
        void this.spellings.spell(modelId, [token.id]);
      }
    };
    const strategy = strategyOf(saved);
    const { target, logProbabilities, beamTree, runMs } = await this.client().generate(
      {
        modelId,
        text: segments[0].text,
        appended: appendedIds(branchesOf(saved)),
        strategy,
        maxNewTokens: saved.length,
        tree: strategy.kind === 'beam',
      },
      { signal, onToken },
    );
    signal.throwIfAborted();
    // Streamed tokens may have come twice, after a change of device; these are what was written.
    this.#goTo(from);
    target.forEach(({ id }, index) => this.#append(id, logProbabilities[index] ?? 0));
    void this.spellings.spell(
      modelId,
      [...target, ...(beamTree ?? [])].map(({ id }) => id),
    );
    const tokens = target.length;
    const isStreamed = times.length > 1;
    return {
      pace: {
        tokens,
        timed: isStreamed ? times.length - 1 : tokens,
        ms: isStreamed ? (times.at(-1) ?? 0) - (times[0] ?? 0) : runMs,
      },
      beams: beamTree && { at: from, modelId, beams: saved.beams, nodes: beamTree },
    };
  }

  #append(id: number, logProbability: number): void {
    const { saved, probabilities } = this.store.state;
    const branches = append(branchesOf(saved), id);
    this.store.update({
      saved: withBranches(saved, branches),
      probabilities: new Map(probabilities).set(branches.at, Math.exp(logProbability)),
    });
  }

  #goTo(node: number): void {
    const { saved } = this.store.state;
    this.store.update({ saved: withBranches(saved, goTo(branchesOf(saved), node)) });
  }
}

function strategyOf({ strategy, controls, seed, beams }: SavedState): Strategy {
  switch (strategy) {
    case 'greedy':
      return { kind: 'greedy' };
    case 'sample':
      return { kind: 'sample', ...settingsOf(controls), seed };
    case 'beam':
      return { kind: 'beam', beams };
  }
}
