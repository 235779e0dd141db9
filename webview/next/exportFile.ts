/** Makes the files that the page of next tokens exports. */
import type { ExportFile } from '../../src/common/protocol/pages/page';
import { csvField, fileStem } from '../common/escape';
import type { NextExport } from './actions';
import type { Bar } from './bars';
import { textRead } from './describe';
import type { NextState } from './nextState';
import type { ViewModel } from './viewModel';
import { spelled } from './tokenLabels';
import { shortest } from '../common/numbers';

/** The numbers of the page as a file. */
export function exportFile(state: NextState, viewModel: ViewModel, format: NextExport): ExportFile {
  const content = format === 'csv' ? csvOf(viewModel.bars) : jsonOf(state, viewModel);
  return { name: `${fileStem('next-tokens', viewModel.shown.subject)}.${format}`, content };
}

/** A line for each bar. Lines end as RFC 4180 says. */
export function csvOf(bars: readonly Bar[]): string {
  const lines = bars.map(({ candidate, token }) => {
    const { rank, id, probability, filtered, cutBy, logit } = candidate;
    return [
      ...[rank, id, csvField(token.label)],
      ...[shortest(probability), shortest(filtered), cutBy ?? '', shortest(logit)],
    ].join(',');
  });
  return `${['rank,id,token,probability,filtered,cut_by,logit', ...lines].join('\r\n')}\r\n`;
}

/** The same with everything that is needed to make it again, the branches and the layers. */
function jsonOf(state: NextState, viewModel: ViewModel): string {
  const { saved, spellings, probabilities } = state;
  const { shown, own, bent, bars, branches, vocabSize } = viewModel;
  const { prediction, subject, device } = shown;
  const label = (id: number) => spelled(spellings, id).label;
  const content = {
    modelId: prediction.modelId,
    label: subject.label,
    text: textRead(state, shown),
    // The token of the text in whose place this is; null at its end.
    writtenHere: own
      ? {
          id: shown.ownId,
          token: own.token.label,
          rank: own.rank,
          probability: own.probability,
          bits: own.bits,
        }
      : null,
    cutLength: subject.cutLength,
    window: prediction.window,
    dropped: prediction.dropped,
    device,
    controls: saved.controls,
    cuts: bent.cuts,
    kept: bent.kept,
    vocabSize,
    candidates: bars.map(({ candidate, token }) => ({
      ...candidate,
      token: token.label,
      cutBy: candidate.cutBy ?? null,
    })),
    at: shown.at,
    branches: branches.nodes.map(({ parent, id }, index) => ({
      parent,
      id,
      token: label(id),
      probability: probabilities.get(index) ?? null,
    })),
    layers:
      prediction.lens?.map(({ candidates, trackedRank: watched }) => ({
        candidates: candidates.map(({ id, probability }) => ({
          id,
          token: label(id),
          probability,
        })),
        watched: watched ?? null,
      })) ?? null,
  };
  return `${JSON.stringify(content)}\n`;
}
