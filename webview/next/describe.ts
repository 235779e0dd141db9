import type { NextDescription } from '../../src/common/protocol/pages/next';
import { causeOf } from '../elements/errorNotice';
import { pathTo } from './branches';
import { lensInWords } from './lens';
import { markdownOf, masksMarkdown } from './markdown';
import { maskedTokens } from './maskView';
import type { NextState } from './nextState';
import { branchesOf, readSubject } from './savedState';
import type { Scene } from './scene';
import { spelled } from './spelling';
import { wordsOf, writtenText } from './words';

/** The page in data and in words; true in every state. */
export function describe(state: NextState, scene: Scene | undefined): NextDescription {
  const { shown, error, work, saved, spellings, device, beams } = state;
  const now = error ? undefined : scene;
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
    layers:
      now?.lens?.layers.map(({ candidates: [best], trackedRank: watched }) => ({
        best: best ? spelled(spellings, best.id).label : '',
        rank: watched?.rank,
      })) ?? [],
    lensWords: now?.lens && lensInWords(now.lens, spelled(spellings, now.lens.watched).label),
    beamNodes: beams?.nodes.length ?? 0,
    masks:
      shown?.kind === 'masks' && !error
        ? maskedTokens(shown).map(({ index, candidates }) => ({
            index,
            candidates: candidates.map(({ text }) => text),
          }))
        : [],
    dropped: now?.shown.prediction.dropped ?? 0,
    words: wordsOf(state, now),
    markdown: inWords(state, now),
  };
}

function inWords(state: NextState, scene: Scene | undefined): string {
  const { error, shown, work } = state;
  if (error) {
    return `# Next tokens\n\n${causeOf(error.code)}\n`;
  }
  if (scene) {
    return markdownOf(state, scene);
  }
  if (shown?.kind === 'masks') {
    return masksMarkdown(state, shown);
  }
  return work
    ? `# Next tokens\n\n${work.words} …\n`
    : '# Next tokens\n\nNothing is shown. Put the caret into a text and run "Show Next Tokens".\n';
}
