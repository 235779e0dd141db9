/** The page in words and in data: what it says of its predictions, for a user, the text alternative and tests. */
import type { NextDescription } from '../../src/common/protocol/pages/next';
import { deviceNames } from '../../src/common/protocol/engine/types';
import { fenced, markdownText } from '../common/escape';
import { causeOf } from '../elements/errorNotice';
import { type Bar, barInWords, logitText } from './bars';
import { pathTo } from './branches';
import { controls, fieldText, isOwn } from './distribution';
import { cutInWords } from './filters';
import { layerName, lensInWords } from './lens';
import { maskedTokens } from './maskView';
import {
  branchesOf,
  type NextState,
  readSubject,
  readTokens,
  type ShownMasks,
  type ShownPrediction,
} from './nextState';
import type { OwnToken, ViewModel } from './viewModel';
import { inSentence, spelled } from './tokenLabels';
import { filterNames } from '../../src/common/math/sampling';
import { percent } from '../../src/common/text/percent';
import { count, duration, ordinal, thousands } from '../common/numbers';

/** The page in data and in words; true in every state. */
export function describe(state: NextState, viewModel: ViewModel | undefined): NextDescription {
  const { shown, error, work, saved, spellings, device, beams } = state;
  const now = error ? undefined : viewModel;
  const branches = branchesOf(saved);
  return {
    state: error ? 'error' : work ? (shown ? 'running' : 'loading') : shown ? 'ready' : 'empty',
    error: error && { code: error.code, message: error.message },
    paintMs: state.paintMs,
    modelId: saved.subject?.modelId,
    device: shown?.device ?? device,
    text: readSubject(saved)?.segments[0].text ?? '',
    written: now ? writtenText(now.shown) : '',
    appended: pathTo(branches, branches.at).map(
      node => spelled(spellings, branches.nodes[node]?.id ?? 0).label,
    ),
    branchCount: branches.nodes.length,
    candidates: (now?.bars ?? []).map(({ candidate, token }) => ({
      id: candidate.id,
      label: token.label,
      rank: candidate.rank,
      probability: candidate.probability,
      logit: candidate.logit,
      filtered: candidate.filtered,
      cutBy: candidate.cutBy,
    })),
    kept: now?.bent.kept.count,
    own: now?.own && {
      place: now.shown.place ?? -1,
      label: now.own.token.label,
      ...{ rank: now.own.rank, probability: now.own.probability, bits: now.own.bits },
    },
    textTokens: (readTokens(state)?.tokens ?? []).map(({ id }) => id),
    layers:
      now?.lens?.layers.map(({ candidates: [best], trackedRank: watched }) => ({
        best: best ? spelled(spellings, best.id).label : '',
        rank: watched?.rank,
      })) ?? [],
    lensWords: now?.lens && lensInWords(now.lens, spelled(spellings, now.lens.watched).label),
    beamNodes: beams?.nodes.length ?? 0,
    masks:
      shown?.kind === 'masks' && !error
        ? maskedTokens(shown).map(({ index, candidates, own }) => ({
            index,
            own,
            candidates: candidates.map(({ text }) => text),
          }))
        : [],
    sentence: shown?.kind === 'masks' ? shown.text : undefined,
    changes: shown?.kind === 'masks' ? shown.change?.places.length : undefined,
    dropped: now?.shown.prediction.dropped ?? 0,
    words: wordsOf(state, now),
    markdown: inWords(state, now),
  };
}

function inWords(state: NextState, viewModel: ViewModel | undefined): string {
  const { error, shown, work } = state;
  if (error) {
    return `# Next tokens\n\n${causeOf(error.code)}\n`;
  }
  if (viewModel) {
    return markdownOf(state, viewModel);
  }
  if (shown?.kind === 'masks') {
    return masksMarkdown(state, shown);
  }
  return work
    ? `# Next tokens\n\n${work.words} …\n`
    : '# Next tokens\n\nNothing is shown. Put the caret into a text and run "Show Next Tokens".\n';
}

/** Nobody reads more of a text before a list, in UTF-16 units. */
const maxTextLength = 2000;

/** The page in words: the text, what could come next with its numbers, and what each layer would say. */
function markdownOf(state: NextState, viewModel: ViewModel): string {
  const { shown, branches, bent, bars, lens, vocabSize } = viewModel;
  const { subject, prediction, device } = shown;
  const { spellings, saved, models } = state;
  const set = saved.controls;
  const own = isOwn(set);
  const name = models.find(({ id }) => id === prediction.modelId)?.name ?? prediction.modelId;
  const path = isAtToken(shown)
    ? []
    : pathTo(branches, shown.at).map(node => branches.nodes[node]?.id ?? 0);
  return [
    `# Next tokens of ${markdownText(subject.label)}`,
    '',
    `- Model: ${markdownText(name)}`,
    `- Ran on: ${deviceNames[device.device]}, ${duration(prediction.runMs)}${device.reason ? ` (${markdownText(device.reason)})` : ''}`,
    `- Tokens read: ${thousands(prediction.source.length)}`,
    ...(prediction.dropped > 0
      ? [`- Left out: ${count(prediction.dropped, 'token')} at the beginning`]
      : []),
    ...(subject.cutLength > 0
      ? [`- Not taken: ${count(subject.cutLength, 'character')} before the text`]
      : []),
    `- Appended: ${path.length === 0 ? 'nothing' : path.map(id => markdownText(spelled(spellings, id).label)).join(' ')}`,
    ...controls.map(limits => {
      const cut = limits.filter && bent.cuts[limits.filter];
      return `- ${limits.title}: ${fieldText(limits, set[limits.name])}${cut ? `, ${cutInWords(cut)}` : ''}`;
    }),
    `- Left: ${count(bent.kept.count, 'token')} of ${thousands(vocabSize)}, ${percent(bent.kept.mass)} together`,
    '',
    '## Text',
    '',
    fenced(textRead(state, shown).slice(-maxTextLength)),
    '',
    '## What could come next',
    '',
    ...(viewModel.own && bars[0]
      ? [markdownText(ownInWords(viewModel.own, vocabSize, bars[0])), '']
      : []),
    own
      ? '| Rank | Token | Probability | Logit |'
      : '| Rank | Token | Probability | After | Logit |',
    own ? '| ---: | --- | ---: | ---: |' : '| ---: | --- | ---: | ---: | ---: |',
    ...bars.map(bar => line(bar, own)),
    ...(lens
      ? [
          '',
          '## Through the layers',
          '',
          markdownText(lensInWords(lens, spelled(spellings, lens.watched).label)),
          '',
          '| After | Would say | Probability | Rank of the followed |',
          '| --- | --- | ---: | ---: |',
          ...lens.layers.map(({ candidates: [best], trackedRank }, layer) =>
            best
              ? `| ${layerName(layer)} | ${markdownText(spelled(spellings, best.id).label)} | ${percent(best.probability)} | ${trackedRank ? thousands(trackedRank.rank) : ''} |`
              : `| ${layerName(layer)} | | | |`,
          ),
        ]
      : []),
    '',
  ].join('\n');
}

const isAtToken = ({ place }: ShownPrediction) => place !== undefined;

/** What stands before the place that is looked at: the text, or the part of it before one of its tokens. */
export function textRead(state: NextState, { place, subject }: ShownPrediction): string {
  const [{ text }] = subject.segments;
  const token = place === undefined ? undefined : readTokens(state)?.tokens[place];
  return token ? text.slice(0, token.start) : text;
}

function line({ candidate, token }: Bar, own: boolean): string {
  const { rank, probability, filtered, logit, cutBy } = candidate;
  const after = own ? '' : ` ${cutBy ? `cut by ${cutBy}` : percent(filtered)} |`;
  return `| ${rank} | ${markdownText(token.label)} | ${percent(probability)} |${after} ${logitText(logit)} |`;
}

/** The same of masks. */
function masksMarkdown({ models }: NextState, shown: ShownMasks): string {
  const { subject, analysis, text: read, device } = shown;
  const name = models.find(({ id }) => id === analysis.modelId)?.name ?? analysis.modelId;
  return [
    `# Masks of ${markdownText(subject.label)}`,
    '',
    `- Model: ${markdownText(name)}`,
    `- Ran on: ${deviceNames[device.device]}, ${duration(analysis.runMs)}`,
    '',
    '## Text',
    '',
    fenced(read.slice(0, maxTextLength)),
    ...maskedTokens(shown).flatMap(({ characters, candidates, own }) => [
      '',
      `## In the place of ${markdownText(characters)}`,
      ...(own
        ? [
            '',
            `${markdownText(characters)} itself: ${ordinal(own.rank)}, ${percent(own.probability)}.`,
          ]
        : []),
      '',
      '| Token | Probability |',
      '| --- | ---: |',
      ...candidates.map(
        ({ text, probability }) => `| ${markdownText(text)} | ${percent(probability)} |`,
      ),
    ]),
    '',
  ].join('\n');
}

/**
 * What was appended, as text. Bytes at its end that are no whole character are left out; special tokens spell nothing.
 */
export const writtenText = ({ prediction, subject }: ShownPrediction): string =>
  prediction.text.slice(subject.segments[0].text.length).replace(/\ufffd+$/u, '');

/** "Written here: “·sat”, 14th of 320 tokens, 0.7 %, 7.2 bits. Expected most: “·ran”, 12.3 %." */
function ownInWords({ token, rank, probability, bits }: OwnToken, vocabSize: number, first: Bar) {
  const own = `Written here: ${inSentence(token)}, ${ordinal(rank)} of ${count(vocabSize, 'token')}, ${percent(probability)}, ${bits.toFixed(1)} bits.`;
  return rank === 1
    ? own
    : `${own} Expected most: ${inSentence(first.token)}, ${percent(first.candidate.probability)}.`;
}

const sentenceStart = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** The line that is always there: the bar that is pointed at, else the whole in one sentence. */
export function wordsOf({ saved, pointed }: NextState, viewModel: ViewModel | undefined): string {
  const own = isOwn(saved.controls);
  const bar = pointed === undefined ? undefined : viewModel?.bars[pointed];
  if (bar) {
    return `${barInWords(bar, own)}.`;
  }
  const [first] = viewModel?.bars ?? [];
  if (!viewModel || !first) {
    return '';
  }
  if (viewModel.own) {
    return ownInWords(viewModel.own, viewModel.vocabSize, first);
  }
  const { probability } = first.candidate;
  const what = `${sentenceStart(inSentence(first.token))} is the most probable of all: ${percent(probability)}.`;
  const { kept, cuts } = viewModel.bent;
  const isCut = filterNames.some(name => cuts[name].count > 0);
  return isCut
    ? `${what} ${count(kept.count, 'token')} ${kept.count === 1 ? 'is' : 'are'} left, ${percent(kept.mass)} together.`
    : what;
}
