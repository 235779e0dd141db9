/** The user ranks answers, a reward learns from the rankings, and chooses among further answers. */
import { html, nothing, type TemplateResult } from 'lit';
import { EngineError } from '../../../../src/common/errors';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import type { RewardStudy } from '../../../../src/common/content/evaluation';
import { memo } from '../../../common/store';
import {
  atRest,
  type LivePart,
  type PartContext,
  PartStore,
  type PartView,
  stateOf,
} from '../../part/livePart';
import { type Answer, Answers } from './answers';
import { klOfBestOf } from './bestOfN';
import { contradictions, type Features, moved } from './bradleyTerry';
import {
  answersToRank,
  bestFirst,
  type Candidate,
  candidatesPerClick,
  type Doing,
  maxCandidates,
  nothingTrained,
  parseSettings,
  placeRankings,
  type RewardsState,
  scoreAnswers,
  type Settings,
} from './state';
import { type RewardProgress, trainReward } from './rewardTraining';
import { chooser, ranking, type RewardsActions, signed, trainer } from './view';
import { figureWidth, frame } from '../../part/frame';
import { percent } from '../../../../src/common/text/percent';
import { count, duration, ordinal } from '../../../common/numbers';

/** Steps of training between two paints. */
const stepsPerPaint = 20;

export const rewards = (context: PartContext): LivePart => new Rewards(context);

class Rewards implements LivePart {
  readonly title = 'A reward from your rankings';
  readonly #store;
  readonly #model;
  readonly #answers: Answers | undefined;
  readonly #offered: readonly string[];
  readonly #placed = memo(placeRankings);
  readonly #training = trainer();
  readonly #choosing = chooser();
  #sentence = '';

  constructor(private readonly context: PartContext) {
    this.#model = context.models.find(({ files }) => files.chat);
    this.#answers = this.#model && new Answers(context.client, this.#model.id);
    this.#offered = context.lessons.flatMap(({ prompts }) => prompts ?? []);
    this.#store = new PartStore<RewardsState>(
      {
        ...{ ...atRest, ...parseSettings(context.settings), ...nothingTrained },
        ...{ doing: undefined, announcement: '', study: undefined },
        ...{ candidates: [], asked: '', n: 1, judge: 'reward' },
      },
      () => context.changed(),
    );
  }

  get state(): PartState {
    const { draft, rankings } = this.#store.state;
    return stateOf(this.#store.state, !this.#model, draft !== undefined || rankings.length > 0);
  }

  get words(): string {
    const { rankings, reward, trainMs } = this.#store.state;
    if (rankings.length === 0) {
      return 'Say which answer is better. A reward learns it from you, and chooses among the next ones.';
    }
    const comparisons = this.#placed(rankings).comparisons.flat();
    const both = contradictions(comparisons);
    const sentences = [
      `${count(rankings.length, 'ranking')}, ${count(comparisons.length, 'comparison')}.`,
      ...(both > 0
        ? [`${count(both, 'pair')} ranked both ways: nothing can be learned from that.`]
        : []),
    ];
    if (reward) {
      const { agreement, heldOutAgreement } = reward;
      sentences.push(
        `The reward orders ${percent(agreement)} of them as you did.`,
        heldOutAgreement === undefined
          ? 'One more ranking, and it can be held against one that it has not seen.'
          : `${percent(heldOutAgreement)} right on rankings left out, where half is chance.`,
        `Trained in ${duration(trainMs)}.`,
      );
    }
    return sentences.join(' ');
  }

  get values(): Partial<Record<ValueId, string>> {
    const { candidates, reward, n, judge } = this.#store.state;
    const [best] = bestFirst(scoreAnswers(candidates, reward), n, judge);
    return {
      ...(best?.reward !== undefined && { 'rewards.reward': signed(best.reward) }),
      ...(best && {
        'rewards.samples': String(n),
        'rewards.kl': `${klOfBestOf(n).toFixed(2)} nats`,
      }),
    };
  }

  show(sentence: string): void {
    this.#sentence = sentence;
    this.context.changed();
  }

  /** What is written stays, to its last word. */
  cancel(): void {
    this.#store.cancel();
    this.#store.update({ doing: undefined });
    this.#dropEmpty();
  }

  template({ theme, width }: PartView): TemplateResult {
    const { state } = this.#store;
    const { work, error } = state;
    if (!this.#model) {
      return frame({ words: this.words, missing: ['SmolLM2'] }, nothing);
    }
    const view = {
      ...{ state, theme, actions: this.#actions },
      prompt: this.#prompt,
      sources: this.context.sources,
      half: figureWidth(2, width),
    };
    return frame(
      { work: work && { ...work, isSlow: false }, error, words: this.words },
      html`${ranking(view)} ${this.#training(view)} ${this.#choosing(view)}`,
    );
  }

  readonly #actions: RewardsActions = {
    setPrompt: prompt => this.#set({ prompt }),
    nextPrompt: () => this.#nextPrompt(),
    sampleDraft: () => this.#sampleDraft(),
    move: (from, to) => {
      const { draft } = this.#store.state;
      if (draft) {
        this.#set({ draft: { ...draft, answers: [...moved(draft.answers, from, to)] } });
        this.#store.update({ announcement: `Now ${ordinal(to + 1)} of ${draft.answers.length}.` });
      }
    },
    keepRanking: () => {
      const { draft, rankings } = this.#store.state;
      if (draft) {
        this.#set({ rankings: [...rankings, draft], draft: undefined });
        this.#store.update(nothingTrained);
        // A prompt of one's own stays: the best of n answers to it is what comes next.
        if (this.#prompts.includes(this.#prompt)) {
          this.#nextPrompt();
        }
      }
    },
    rankAgain: kept => this.#set({ draft: kept }),
    forget: place => {
      const { rankings } = this.#store.state;
      this.#set({ rankings: rankings.filter((_, index) => index !== place) });
      this.#store.update(nothingTrained);
    },
    train: () => this.#train(),
    sampleCandidates: () => this.#sampleCandidates(),
    setN: n => this.#store.update({ n }),
    chooseBy: judge => this.#store.update({ judge }),
    stop: () => this.cancel(),
    openLink: url => void this.context.host.openLink({ url }).catch(() => undefined), // It says so itself.
  };

  get #prompt(): string {
    return this.#store.state.prompt ?? this.#sentence;
  }

  /** The prompts that are offered. */
  get #prompts(): readonly string[] {
    return [this.#sentence, ...this.#offered];
  }

  #nextPrompt(): void {
    const all = this.#prompts;
    const next = all[(all.indexOf(this.#prompt) + 1) % all.length];
    this.#set({ prompt: next === this.#sentence ? undefined : next });
  }

  #set(change: Partial<Settings>): void {
    this.#store.update(change);
    const { prompt, draft, rankings, sampled } = this.#store.state;
    this.context.keep({ prompt, draft, rankings, sampled });
  }

  /** Runs something that can be stopped at any time; what it has made until then stays. */
  async #work(
    doing: Doing,
    work: (answers: Answers, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const [answers, model] = [this.#answers, this.#model];
    if (!answers || !model) {
      return;
    }
    const job = async (signal: AbortSignal) => {
      this.#store.update({ doing });
      await this.context.client.load(model.id, { signal });
      await work(answers, signal);
      return { doing: undefined };
    };
    await this.#store.run('Getting the model ready', job, { doing: undefined });
  }

  /**
   * Samples answers from place `from` up to `max`; one that says nothing is tried again.
   *
   * @param take is called with an answer as it grows.
   */
  async #sample(
    answers: Answers,
    signal: AbortSignal,
    { prompt, from, max }: { prompt: string; from: number; max: number },
    take: (answer: Answer, at: number) => void,
  ): Promise<void> {
    for (let [at, tries] = [from, 0]; at < max && tries < 2 * max; tries++) {
      this.#store.tell({ words: `Writing answer ${at + 1} of ${max}` });
      const seed = this.#store.state.sampled + 1;
      this.#set({ sampled: seed });
      const answer = await answers.sample(prompt, seed, signal, text =>
        take({ text: text.trim(), isWhole: false }, at),
      );
      if (signal.aborted) {
        return;
      }
      take(answer, at);
      at += answer.text === '' ? 0 : 1;
    }
    this.#dropEmpty();
  }

  /** An answer that says nothing has no tokens to be read. */
  #dropEmpty(): void {
    const { draft, candidates, n } = this.#store.state;
    const said = candidates.filter(({ text }) => text !== '');
    this.#store.update({ candidates: said, n: Math.max(1, Math.min(n, said.length)) });
    if (draft) {
      const answers = draft.answers.filter(({ text }) => text !== '');
      this.#set({ draft: answers.length > 0 ? { ...draft, answers } : undefined });
    }
  }

  /** Four answers to rank, or the rest of them where the user stopped. */
  #sampleDraft(): void {
    const prompt = this.#prompt.trim();
    const { draft } = this.#store.state;
    const begun =
      draft?.prompt === prompt && draft.answers.length < answersToRank ? draft.answers : [];
    void this.#work('rank', async (answers, signal) => {
      this.#store.update({ draft: { prompt, answers: begun } });
      const place = { prompt, from: begun.length, max: answersToRank };
      await this.#sample(answers, signal, place, (answer, at) => {
        const before = this.#store.state.draft?.answers.slice(0, at) ?? [];
        this.#store.update({ draft: { prompt, answers: [...before, answer] } });
      });
      // While the user reads them too, so that training has little left to do.
      this.#store.update({ doing: 'read' });
      this.#store.tell({ words: 'Reading the answers' });
      const { page } = await this.#readStudy();
      for (const { text } of this.#store.state.draft?.answers ?? []) {
        await answers.featuresOf(prompt, text, page, signal);
      }
    });
  }

  #train(): void {
    this.#store.update(nothingTrained);
    const { texts, comparisons } = this.#placed(this.#store.state.rankings);
    void this.#work('train', async (answers, signal) => {
      const { page } = await this.#readStudy();
      const features: Features[] = [];
      for (const [index, { prompt, text }] of texts.entries()) {
        this.#store.tell({ words: `Reading answer ${index + 1} of ${texts.length}` });
        features.push(await answers.featuresOf(prompt, text, page, signal));
      }
      this.#store.tell({ words: 'Training the reward' });
      const began = performance.now();
      const training = trainReward(features, comparisons, page);
      let progress: readonly RewardProgress[] = [];
      for (let next = training.next(); !signal.aborted; next = training.next()) {
        if (next.done) {
          const trainMs = performance.now() - began;
          this.#store.update({ reward: next.value, progress, trainMs });
          await this.#readCandidates(answers, signal);
          return;
        }
        progress = [...progress, next.value];
        if (progress.length % stepsPerPaint === 0) {
          this.#store.update({ progress });
          await new Promise<void>(resume => requestAnimationFrame(() => resume()));
        }
      }
    });
  }

  /** Answers to choose from, or more of them. */
  #sampleCandidates(): void {
    const prompt = this.#prompt.trim();
    const { candidates, asked } = this.#store.state;
    const begun = asked === prompt ? candidates : [];
    void this.#work('choose', async (answers, signal) => {
      this.#store.update({ candidates: begun, asked: prompt });
      const max = Math.min(maxCandidates, begun.length + candidatesPerClick);
      const place = { prompt, from: begun.length, max };
      await this.#sample(answers, signal, place, (answer, at) => {
        this.#setCandidate({ ...answer, features: undefined }, at);
        this.#store.update({ n: at + 1 });
      });
      await this.#readCandidates(answers, signal);
    });
  }

  async #readCandidates(answers: Answers, signal: AbortSignal): Promise<void> {
    const { page } = await this.#readStudy();
    const { candidates, asked } = this.#store.state;
    for (const [at, candidate] of candidates.entries()) {
      this.#store.tell({ words: `Reading answer ${at + 1} of ${candidates.length}` });
      const features = await answers.featuresOf(asked, candidate.text, page, signal);
      this.#setCandidate({ ...candidate, features }, at);
    }
  }

  #setCandidate(candidate: Candidate, at: number): void {
    const { candidates } = this.#store.state;
    this.#store.update({
      candidates: [...candidates.slice(0, at), candidate, ...candidates.slice(at + 1)],
    });
  }

  /** @throws EngineError where it cannot be read, or is of another model. */
  async #readStudy(): Promise<RewardStudy> {
    const study = this.#store.state.study ?? (await this.context.host.rewardStudy({}));
    const { model, sha256 } = study.page;
    if (model !== this.#model?.id || sha256 !== this.#model.files.weights?.sha256) {
      throw new EngineError(
        'internal',
        `The recipe of the reward is for other weights, of ${model}. Reinstall the extension.`,
      );
    }
    this.#store.update({ study });
    return study;
  }
}
