import { fenced, markdownText } from '../common/escape';
import { count, duration, percent, thousands } from '../common/numbers';
import { logitText, type Bar } from './bars';
import { pathTo } from './branches';
import { controls, fieldText, isOwn } from './controls';
import { layerName, lensInWords } from './lens';
import { cutInWords } from './filters';
import type { NextState, ShownMasks } from './nextState';
import { maskedTokens } from './maskView';
import type { Scene } from './scene';
import { spelled } from './spelling';

/** What a text is followed by in a list: nobody reads more of it. */
const longestText = 2000;

/** The page in words: the text, what could come next with its numbers, and what each layer would say. */
export function markdownOf(state: NextState, scene: Scene): string {
  const { shown, branches, bent, bars, lens, vocabSize } = scene;
  const { subject, prediction, device } = shown;
  const { spellings, saved, models } = state;
  const set = saved.controls;
  const own = isOwn(set);
  const name = models.find(({ id }) => id === prediction.modelId)?.name ?? prediction.modelId;
  const path = pathTo(branches, shown.at).map(node => branches.nodes[node]?.id ?? 0);
  return [
    `# Next tokens of ${markdownText(subject.label)}`,
    '',
    `- Model: ${markdownText(name)}`,
    `- Ran on: ${device.device === 'webgpu' ? 'WebGPU' : 'WASM'}, ${duration(prediction.runMs)}${device.reason ? ` (${markdownText(device.reason)})` : ''}`,
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
    fenced(subject.segments[0].text.slice(-longestText)),
    '',
    '## What could come next',
    '',
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
          ...lens.layers.map(({ candidates: [best], trackedRank: watched }, layer) =>
            best
              ? `| ${layerName(layer)} | ${markdownText(spelled(spellings, best.id).label)} | ${percent(best.probability)} | ${watched ? thousands(watched.rank) : ''} |`
              : `| ${layerName(layer)} | | | |`,
          ),
        ]
      : []),
    '',
  ].join('\n');
}

function line({ candidate, token }: Bar, own: boolean): string {
  const { rank, probability, filtered, logit, cutBy } = candidate;
  const after = own ? '' : ` ${cutBy ? `cut by ${cutBy}` : percent(filtered)} |`;
  return `| ${rank} | ${markdownText(token.label)} | ${percent(probability)} |${after} ${logitText(logit)} |`;
}

/** The same of masks. */
export function masksMarkdown({ models }: NextState, shown: ShownMasks): string {
  const { subject, analysis, device } = shown;
  const name = models.find(({ id }) => id === analysis.modelId)?.name ?? analysis.modelId;
  return [
    `# Masks of ${markdownText(subject.label)}`,
    '',
    `- Model: ${markdownText(name)}`,
    `- Ran on: ${device.device === 'webgpu' ? 'WebGPU' : 'WASM'}, ${duration(analysis.runMs)}`,
    '',
    '## Text',
    '',
    fenced(subject.segments[0].text.slice(0, longestText)),
    ...maskedTokens(shown).flatMap(({ characters, candidates }) => [
      '',
      `## In the place of ${markdownText(characters)}`,
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
