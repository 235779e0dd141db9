import { asEngineError } from '../../src/common/errors';
import type { Strategy, StreamedToken } from '../../src/common/protocol/engine/generate';
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Remote } from '../../src/common/protocol/rpc';
import type { Store } from '../common/store';
import { append, appendedIds, goTo } from './branches';
import { settingsOf } from './controls';
import { shortName } from '../common/predictors';
import type { NextState } from './nextState';
import type { Predictor } from './predictor';
import { branchesOf, withBranches, type SavedState } from './savedState';
import type { Speller } from './speller';

/** Lets the model write on from where the person is; what it writes becomes a branch, token by token. */
export class Writer {
  constructor(
    private readonly store: Store<NextState>,
    private readonly client: EngineClient,
    private readonly host: Remote<HostApi>,
    private readonly speller: Speller,
    private readonly predictor: Predictor,
  ) {}

  /** Never rejects: what goes wrong is in the state, and what was written before that stays. */
  async write(subject: Subject): Promise<void> {
    const { saved, models } = this.store.state;
    const model = models.find(({ id }) => id === subject.modelId);
    const from = branchesOf(saved).at;
    const { modelId } = subject;
    const words = `Writing with ${model ? shortName(model) : 'the model'}`;
    const signal = this.predictor.run.begin(words);
    this.store.update({ isWriting: true, pace: undefined, beams: undefined });
    const times: number[] = [];
    const onToken = ({ token, logProbability }: StreamedToken) => {
      if (!signal.aborted) {
        times.push(performance.now());
        this.#append(token.id, logProbability);
        void this.speller.spell(modelId, [token.id]);
      }
    };
    try {
      const strategy = strategyOf(saved);
      const generation = await this.client.generate(
        {
          modelId,
          text: subject.segments[0].text,
          appended: appendedIds(branchesOf(saved)),
          strategy,
          maxNewTokens: saved.length,
          tree: strategy.kind === 'beam',
        },
        { signal, onToken },
      );
      if (signal.aborted) {
        return;
      }
      // Streamed tokens may have been told twice, after a change of device; these are what was written.
      this.#goTo(from);
      generation.target.forEach(({ id }, index) =>
        this.#append(id, generation.logProbabilities[index] ?? 0),
      );
      const tokens = generation.target.length;
      const isStreamed = times.length > 1;
      this.store.update({
        pace: {
          tokens,
          timed: isStreamed ? times.length - 1 : tokens,
          ms: isStreamed ? (times.at(-1) ?? 0) - (times[0] ?? 0) : generation.runMs,
        },
        beams: generation.beamTree && {
          at: from,
          modelId,
          beams: saved.beams,
          nodes: generation.beamTree,
        },
      });
      void this.speller.spell(modelId, [
        ...generation.target.map(({ id }) => id),
        ...(generation.beamTree ?? []).map(({ id }) => id),
      ]);
    } catch (cause) {
      if (signal.aborted) {
        return;
      }
      const error = asEngineError(cause);
      this.store.update({ work: undefined, isWriting: false, error });
      void this.host.report({ code: error.code, message: error.message });
      return;
    }
    await this.predictor.start(subject);
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
