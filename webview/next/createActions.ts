/** What the actions of the page of next tokens do: change the state, or ask the host. */
import type { NextHostApi } from '../../src/common/protocol/pages/next';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { TextPage } from '../common/textPage';
import type { Actions } from './actions';
import { append, back, below, type Branches, forward, goTo, noBranches } from './branches';
import { ownDistribution, probabilityOf } from './distribution';
import { exportFile } from './exportFile';
import { filledText } from './maskChoice';
import { writtenText } from './describe';
import {
  barsAtOnce,
  branchesOf,
  maxBars,
  type NextState,
  readSubject,
  readTokens,
  type SavedState,
  type ShownPrediction,
  withBranches,
} from './nextState';
import type { LayersActions } from './gridReader';
import type { ViewModel } from './viewModel';

type NextPage = Pick<
  TextPage<NextState, NextHostApi>,
  'store' | 'host' | 'ask' | 'rerun' | 'actions'
>;

export interface ActionParts {
  readonly viewModel: () => ViewModel | undefined;
  readonly write: () => void;
  readonly layers: LayersActions;
}

/** What was computed of the branches, where they are given up. */
const ofNoBranches = { probabilities: new Map(), beams: undefined, pace: undefined } as const;

export function createActions(page: NextPage, { viewModel, write, layers }: ActionParts): Actions {
  const { store, host, ask, rerun } = page;
  const arrange = (change: Partial<SavedState>) =>
    store.update({ saved: { ...store.state.saved, ...change } });
  const arrangeAndRun = (change: Partial<SavedState>) => {
    arrange(change);
    rerun();
  };
  return {
    ...page.actions,
    ...branchActions(page, viewModel),
    chooseModel: modelId => {
      const { subject } = store.state.saved;
      if (subject && subject.modelId !== modelId) {
        // Token ids of one model mean nothing to another: no bar of the old one stays.
        store.update({ shown: undefined, place: undefined, scores: undefined, ...ofNoBranches });
        arrangeAndRun({
          subject: { ...subject, modelId },
          watched: undefined,
          masked: undefined,
          filled: undefined,
        });
      }
    },
    point: pointed => {
      if (pointed !== store.state.pointed) {
        store.update({ pointed });
      }
    },
    look: place => lookAt(page, place),
    setColoring: coloring => arrangeAndRun({ coloring }),
    lookFrom: held => {
      store.update({ place: undefined, ...ofNoBranches });
      arrangeAndRun({ held, branches: {} });
    },
    setControl: (name, value) => {
      performance.mark('control-repaint-start');
      arrange({ controls: { ...store.state.saved.controls, [name]: value } });
    },
    resetControls: () => arrange({ controls: ownDistribution }),
    openSampling: sampling => arrange({ sampling }),
    setStrategy: strategy => arrange({ strategy }),
    setNumber: (name, value) => arrange({ [name]: value }),
    write: () => {
      goOnFromPlace(page, []);
      write();
    },
    layers,
    stop: rerun,
    watch: watched => arrangeAndRun({ watched }),
    toggleLens: () => {
      const { lens } = store.state.saved;
      arrange({ lens: !lens });
      if (!lens) {
        rerun();
      }
    },
    toggleTree: () => arrange({ tree: !store.state.saved.tree }),
    toggleMask: index => {
      const { shown } = store.state;
      const masked = shown?.kind === 'masks' ? shown.masked : [];
      const others = masked.filter(each => each !== index);
      arrangeAndRun({ masked: others.length < masked.length ? others : [...masked, index] });
    },
    clearMasks: () => arrangeAndRun({ masked: [] }),
    fill: (index, piece) => {
      const { shown } = store.state;
      if (shown?.kind === 'masks') {
        const { text, analysis, masked } = shown;
        arrangeAndRun({
          filled: filledText(text, analysis.source, index, piece),
          masked: masked.filter(each => each !== index),
        });
      }
    },
    undoFills: () => arrangeAndRun({ filled: undefined, masked: undefined }),
    showMore: () =>
      store.update({ barCount: Math.min(maxBars, store.state.barCount + barsAtOnce) }),
    exportAs: format => {
      const now = viewModel();
      if (now) {
        ask(host.save(exportFile(store.state, now, format)));
      }
    },
  };
}

type BranchActions = Pick<
  Actions,
  'append' | 'back' | 'forward' | 'goTo' | 'clearBranches' | 'insert' | 'adopt'
>;

/** Moves in the branches, each of which has the model say what follows there. */
function branchActions(page: NextPage, viewModel: ActionParts['viewModel']): BranchActions {
  const { store, host, ask, rerun } = page;
  const move = (next: Branches) => {
    const { saved } = store.state;
    if (next !== branchesOf(saved) || store.state.place !== undefined) {
      store.update({ saved: withBranches(saved, next), place: undefined });
      rerun();
    }
  };
  let isInserting = false;
  return {
    append: id => {
      if (store.state.place !== undefined) {
        goOnFromPlace(page, [id]);
        rerun();
        return;
      }
      const now = viewModel();
      const { saved, probabilities } = store.state;
      const before = branchesOf(saved);
      const next = append(before, id);
      if (now?.shown.at === before.at) {
        store.update({
          probabilities: new Map(probabilities).set(
            next.at,
            probabilityOf(now.shown.distribution, id),
          ),
        });
      }
      move(next);
    },
    back: () => {
      const { saved, place } = store.state;
      const branches = branchesOf(saved);
      if (place === undefined && branches.at >= 0) {
        move(back(branches));
      } else {
        // From the caret on into the text.
        const end = readTokens(store.state)?.tokens.length ?? 0;
        lookAt(page, (place ?? end) - 1);
      }
    },
    forward: () => {
      const { saved, place } = store.state;
      if (place === undefined) {
        move(forward(branchesOf(saved)));
      } else {
        lookAt(page, place + 1);
      }
    },
    goTo: node => {
      const branches = branchesOf(store.state.saved);
      if (node !== branches.at || store.state.place !== undefined) {
        move(goTo(branches, node));
      }
    },
    clearBranches: () => {
      store.update(ofNoBranches);
      move(noBranches);
    },
    insert: () => {
      const now = viewModel();
      const text = now && writtenText(now.shown);
      // Not while another text is read: what is shown was written after the one before.
      if (text && !isInserting && now.shown.subject === readSubject(store.state.saved)) {
        isInserting = true;
        ask(
          host
            .insert({ text, held: store.state.saved.held })
            .then(longer => longer && accept(page, longer, now.shown))
            .finally(() => (isInserting = false)),
        );
      }
    },
    adopt: beamNode => {
      const { beams, saved } = store.state;
      if (!beams) {
        return;
      }
      const way: number[] = [];
      for (let at = beamNode; at >= 0; at = beams.nodes[at]?.parent ?? -1) {
        way.push(at);
      }
      let branches = goTo(branchesOf(saved), beams.at);
      const probabilities = new Map(store.state.probabilities);
      for (const index of way.reverse()) {
        const node = beams.nodes[index];
        if (node) {
          branches = append(branches, node.id);
          probabilities.set(branches.at, Math.exp(node.logProbability));
        }
      }
      store.update({ probabilities });
      move(branches);
    },
  };
}

/** Looks at a token of the text; at the caret where there is no such token. Before the first nothing stands. */
function lookAt({ store, rerun }: NextPage, place: number | undefined): void {
  const tokens = readTokens(store.state)?.tokens;
  const next = place !== undefined && tokens?.[place] ? place : undefined;
  if (next !== store.state.place && next !== 0) {
    store.update({ place: next, pointed: undefined });
    rerun();
  }
}

/**
 * The place that is looked at becomes the end of what is read, and tokens are appended there. Of a character that is cut
 * into tokens, those before the place are appended too.
 */
function goOnFromPlace({ store }: NextPage, ids: readonly number[]): void {
  const { saved, place } = store.state;
  const read = readTokens(store.state);
  const token = place === undefined ? undefined : read?.tokens[place];
  if (!read || place === undefined || !token) {
    return;
  }
  const [{ text }] = read.subject.segments;
  const parts = read.tokens.slice(0, place).filter(({ start }) => start === token.start);
  const branches = [...parts.map(({ id }) => id), ...ids].reduce(append, noBranches);
  const held = saved.held + text.length - token.start;
  store.update({ place: undefined, ...ofNoBranches });
  store.update({ saved: withBranches({ ...saved, held, branches: {} }, branches) });
}

/** What was written into the document is text now; the ways on from there stay. */
function accept({ store, rerun }: NextPage, longer: Subject, written: ShownPrediction): void {
  const { saved, probabilities } = store.state;
  const { modelId } = written.subject;
  if (readSubject(saved) !== written.subject) {
    return; // Another text has come meanwhile.
  }
  const isWhole = !written.prediction.text.endsWith('\ufffd');
  const { branches, before } = isWhole
    ? below(branchesOf(saved), written.at)
    : { branches: noBranches, before: [] };
  const subject = { ...longer, modelId };
  store.update({
    // What follows is the same as before, until it was asked for anew.
    shown: { ...written, subject, at: -1, place: undefined, ownId: undefined },
    probabilities: new Map(
      before.flatMap((index, now) => {
        const probability = probabilities.get(index);
        return probability === undefined ? [] : [[now, probability] as const];
      }),
    ),
    beams: undefined,
    pace: undefined,
    saved: { ...saved, subject, held: 0, branches: { [modelId]: branches } },
  });
  rerun();
}
