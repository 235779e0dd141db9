/** The look of "A reward from your rankings": the ranking, the training, and the best of n. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Sources } from '../../../../src/common/content/lesson';
import { memo } from '../../../common/store';
import type { Theme } from '../../../common/theme';
import { choices, slider } from '../../part/controls';
import { cite, type LinkOpener } from '../../../elements/prose';
import { sampling } from './answers';
import { chosenChart, klChart, lossChart, studyChart } from './charts';
import { rankingList } from './rankingList';
import {
  answersToRank,
  bestFirst,
  candidatesPerClick,
  type Doing,
  type Judge,
  lengthOf,
  maxCandidates,
  maxRankings,
  placeRankings,
  type RewardsState,
  type Round,
  scoreAnswers,
  type ScoredAnswer,
} from './state';
import { count, ordinal, thousands } from '../../../common/numbers';

/** Everything the user can do. */
export interface RewardsActions extends LinkOpener {
  setPrompt(prompt: string): void;
  nextPrompt(): void;
  sampleDraft(): void;
  /** Moves an answer of the draft to another place. */
  move(from: number, to: number): void;
  keepRanking(): void;
  rankAgain(ranking: Round): void;
  forget(place: number): void;
  train(): void;
  sampleCandidates(): void;
  setN(n: number): void;
  chooseBy(judge: Judge): void;
  stop(): void;
}

/** What the parts of the view have in common. */
export interface RewardsView {
  readonly state: RewardsState;
  /** What is asked. */
  readonly prompt: string;
  readonly sources: Sources;
  readonly theme: Theme;
  /** The width of one of two charts side by side, in CSS pixels. */
  readonly half: number;
  readonly actions: RewardsActions;
}

/** A reward with its sign: "+0.42". */
export const signed = (reward: number): string =>
  `${reward < 0 ? '−' : '+'}${Math.abs(reward).toFixed(2)}`;

/** A button, or while its run lasts what is happening and the means to stop it. */
function runButton(
  { state: { work, doing }, actions }: RewardsView,
  { of, title, isNext, isPossible, run }: RunButton,
): TemplateResult {
  return work && doing && of.includes(doing)
    ? html`<vscode-button appearance="secondary" @click=${() => actions.stop()}>Stop</vscode-button>
        <span class="quiet small" role="status">${work.words}</span>`
    : html`<vscode-button
        appearance=${isNext ? 'primary' : 'secondary'}
        ?disabled=${work !== undefined || !isPossible}
        @click=${run}
        >${title}</vscode-button
      >`;
}

interface RunButton {
  readonly of: readonly Doing[];
  readonly title: string;
  readonly isPossible: boolean;
  /** It is what the user will do next. */
  readonly isNext: boolean;
  readonly run: () => void;
}

const hint = (words: string) => html`<span class="quiet small">${words}</span>`;

/** Answers to be put in order, and the rankings that are kept. */
export function ranking(view: RewardsView): TemplateResult {
  const { state, prompt, actions } = view;
  const { draft, rankings } = state;
  const written = draft?.answers.length ?? 0;
  const isBegun = draft?.prompt === prompt.trim() && written > 0 && written < answersToRank;
  return html`<h3>Rank four answers</h3>
    <div class="sentence-row">
      <textarea
        aria-label="What is asked"
        rows="2"
        maxlength="1000"
        .value=${prompt}
        @input=${({ target }: Event) =>
          target instanceof HTMLTextAreaElement && actions.setPrompt(target.value)}
      ></textarea>
    </div>
    <p class="row-of-buttons">
      ${runButton(view, {
        of: ['rank', 'read'],
        title: isBegun ? 'Sample the Rest' : 'Sample Four Answers',
        isPossible: prompt.trim() !== '',
        isNext: written < answersToRank,
        run: () => actions.sampleDraft(),
      })}
      <button class="text-button" @click=${() => actions.nextPrompt()}>Ask something else</button>
    </p>
    ${draft ? draftRanking(view, draft) : nothing}
    ${rankings.length > 0 ? keptRankings(view, rankings) : nothing}`;
}

function draftRanking({ state, actions }: RewardsView, { prompt, answers }: Round) {
  const { doing, rankings, announcement } = state;
  const isWriting = doing === 'rank';
  const isComparable = new Set(answers.map(({ text }) => text)).size > 1;
  const isFull = rankings.length >= maxRankings;
  return html`<p class="quiet small">
      To: ${prompt} ${isWriting ? nothing : 'The best belongs on top.'}
    </p>
    ${rankingList(
      answers,
      isWriting || answers.length < 2 ? undefined : (from, to) => actions.move(from, to),
    )}
    <span class="unseen" role="status">${announcement}</span>
    <p class="row-of-buttons">
      <vscode-button
        ?disabled=${isWriting || !isComparable || isFull}
        @click=${() => actions.keepRanking()}
        >Keep This Ranking</vscode-button
      >
      ${
        isWriting || isComparable
          ? nothing
          : hint('There is nothing to compare yet: it takes two different answers.')
      }
      ${isFull ? hint(`${maxRankings} rankings are kept at most. Forget one first.`) : nothing}
    </p>`;
}

const keptRankings = ({ actions }: RewardsView, rankings: readonly Round[]) =>
  html`<details>
    <summary>${count(rankings.length, 'ranking')} kept</summary>
    <ul class="kept-rankings">
      ${rankings.map(
        (kept, place) =>
          html`<li>
            <span>${kept.prompt}</span>
            <span class="nowrap">
              <button
                class="text-button"
                aria-label=${`Rank again: ${kept.prompt}`}
                @click=${() => actions.rankAgain(kept)}
              >
                Rank again</button
              ><button
                class="text-button"
                aria-label=${`Forget: ${kept.prompt}`}
                @click=${() => actions.forget(place)}
              >
                Forget
              </button>
            </span>
          </li>`,
      )}
    </ul>
  </details>`;

/** How the reward learns, and how well it does beside a study. */
export function trainer(): (view: RewardsView) => TemplateResult {
  const loss = memo(lossChart);
  const study = memo(studyChart);
  const yours = memo((comparisons: number, agreement: number | undefined) =>
    agreement === undefined ? undefined : { comparisons, agreement },
  );
  return view => {
    const { state, sources, theme, half, actions } = view;
    const { progress, reward, rankings } = state;
    const comparisons = placeRankings(rankings).comparisons.flat().length;
    return html`<h3>Train the reward</h3>
      <p class="row-of-buttons">
        ${runButton(view, {
          of: ['train'],
          title: 'Train',
          isPossible: comparisons > 0,
          isNext: comparisons > 0 && !reward,
          run: () => actions.train(),
        })}
        ${comparisons > 0 ? nothing : hint('It takes one ranking, and learns more from several.')}
      </p>
      ${
        progress.length > 0 && state.study
          ? html`<div class="charts">
                <div class="chart">${loss(progress, theme, half)}</div>
                <div class="chart">
                  ${study(state.study, yours(comparisons, reward?.heldOutAgreement), theme, half)}
                </div>
              </div>
              <p class="quiet small prose">
                First: your own rankings; each is left out once, and the reward that learned from
                the others is held against it. Second: the same recipe in a study, on
                ${thousands(state.study.data.pairs)} judgements of which of two arguments is more
                convincing ${cite('habernal2016', undefined, sources, actions)}. Its debates were
                other texts, and its readers other people.
              </p>`
          : nothing
      }`;
  };
}

/** Further answers, of which the reward, or their length, chooses one. */
export function chooser(): (view: RewardsView) => TemplateResult {
  const kl = memo(klChart);
  const chosen = memo(chosenChart);
  const scored = memo(scoreAnswers);
  const scores = memo((answers: readonly ScoredAnswer[]) => ({
    rewards: answers.flatMap(({ reward }) => (reward === undefined ? [] : [reward])),
    lengths: answers.map(lengthOf),
  }));
  return view => {
    const { state, prompt, theme, half, actions } = view;
    const { candidates, n, judge, reward, asked, doing } = state;
    const answers = scored(candidates, reward);
    const { rewards, lengths } = scores(answers);
    const isOfPrompt = asked === prompt.trim() && candidates.length > 0;
    const isJudged = candidates.length > 1 && rewards.length === candidates.length;
    const [best, ...others] = bestFirst(answers, n, judge);
    return html`<h3>Best of n</h3>
      <p class="row-of-buttons">
        ${runButton(view, {
          of: ['choose'],
          title: isOfPrompt
            ? `Sample ${candidatesPerClick} More`
            : `Sample ${candidatesPerClick} Answers`,
          isPossible: prompt.trim() !== '' && !(isOfPrompt && candidates.length >= maxCandidates),
          isNext: reward !== undefined && candidates.length === 0,
          run: () => actions.sampleCandidates(),
        })}
        ${hint(
          `To what is asked above; temperature ${sampling.temperature}, top-p ${sampling.topP}.`,
        )}
      </p>
      ${
        best
          ? html`<p class="row-of-buttons">
                ${choices(
                  'Chosen by',
                  [
                    ['reward', 'Your reward'],
                    ['length', 'Length'],
                  ],
                  judge,
                  actions.chooseBy,
                )}
                ${reward || judge === 'length' ? nothing : hint('Nothing is trained yet.')}
              </p>
              ${slider({
                label: 'n, answers to choose from',
                min: 1,
                max: Math.max(2, candidates.length),
                step: 1,
                value: n,
                valueText: String(n),
                onInput: value => actions.setN(Math.min(value, candidates.length)),
              })}
              <p class="quiet small">To: ${asked}</p>
              ${reward || judge === 'length' ? chosenAnswer(judge, best, others) : nothing}
              <div class="charts">
                <div class="chart">${kl(n, maxCandidates, theme, half)}</div>
                ${
                  isJudged && doing !== 'choose'
                    ? html`<div class="chart">${chosen(rewards, lengths, theme, half)}</div>`
                    : nothing
                }
              </div>
              ${
                isJudged && doing !== 'choose'
                  ? html`<p class="quiet small prose">
                      Second: your reward of the chosen one, as the mean over all ways to take n of
                      these ${candidates.length} answers; 0 is the mean of them all.
                    </p>`
                  : nothing
              }
              ${answerTable([best, ...others])}`
          : nothing
      }`;
  };
}

function chosenAnswer(
  judge: Judge,
  best: ScoredAnswer,
  others: readonly ScoredAnswer[],
): TemplateResult {
  const { reward: own, text } = best;
  const better = others.filter(({ reward }) => (reward ?? 0) > (own ?? 0)).length;
  const verdict =
    judge === 'reward' || own === undefined || others.length === 0
      ? ''
      : better === 0
        ? ', and by your reward as well.'
        : `; ${ordinal(better + 1)} by your reward. A model that is trained for length learns to write much, not well.`;
  return html`<div class="turn assistant best">
    <span class="quiet small"
      >The best of ${others.length + 1} by
      ${judge === 'reward' ? 'your reward' : 'length'}${verdict}</span
    >
    <p>${text}</p>
  </div>`;
}

const answerTable = (answers: readonly ScoredAnswer[]): TemplateResult =>
  html`<details>
    <summary>All ${answers.length} with their numbers</summary>
    <table class="numbers answers">
      <thead>
        <tr>
          <th scope="col">Reward</th>
          <th scope="col">Characters</th>
          <th scope="col">Answer</th>
        </tr>
      </thead>
      <tbody>
        ${answers.map(
          answer =>
            html`<tr>
              <td class="number">${answer.reward === undefined ? '…' : signed(answer.reward)}</td>
              <td class="number">${lengthOf(answer)}</td>
              <td>${answer.text}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
