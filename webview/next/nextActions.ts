import type { NextHostApi } from '../../src/common/protocol/pages/next';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Remote } from '../../src/common/protocol/rpc';
import type { Store } from '../common/store';
import type { Actions, NextExport } from './actions';
import { append, back, below, forward, goTo, noBranches, type Branches } from './branches';
import { ownDistribution } from './controls';
import { describe } from './describe';
import { probabilityOf } from './distribution';
import { exportFile } from './exportFile';
import { barsAtOnce, mostBars, type NextState, type ShownPrediction } from './nextState';
import { branchesOf, readSubject, withBranches, type SavedState } from './savedState';
import type { Scene } from './scene';
import { writtenText } from './words';

export interface ActionParts {
  readonly store: Store<NextState>;
  readonly host: Remote<NextHostApi>;
  readonly scene: () => Scene | undefined;
  readonly rerun: () => void;
  readonly write: () => void;
  readonly cancel: () => void;
}

/** What the actions do: change the state, or ask the host. */
export function createActions(parts: ActionParts): Actions {
  const { store, host, scene, rerun } = parts;
  const arrange = (change: Partial<SavedState>) =>
    store.update({ saved: { ...store.state.saved, ...change } });
  /** Moves in the branches; what follows there is asked for. */
  const move = (next: Branches) => {
    const { saved } = store.state;
    if (next !== branchesOf(saved)) {
      store.update({ saved: withBranches(saved, next) });
      rerun();
    }
  };
  let isInserting = false;
  /** What was written into the document is text now; the ways on from there stay. */
  const accept = (longer: Subject, written: ShownPrediction) => {
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
      shown: { ...written, subject, at: -1 },
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
  };
  const markdown = () => describe(store.state, scene()).markdown;
  /** A refusal of the host is told by the host; here nothing is left to do. */
  const ask = (request: Promise<unknown>) => void request.catch(() => undefined);

  return {
    chooseModel: modelId => {
      const { subject } = store.state.saved;
      if (subject && subject.modelId !== modelId) {
        // Token ids of one model mean nothing to another: no bar of the old one stays.
        store.update({ shown: undefined, probabilities: new Map(), beams: undefined });
        store.update({ pace: undefined });
        arrange({ subject: { ...subject, modelId }, watched: undefined, masked: [] });
        rerun();
      }
    },
    point: pointed => {
      if (pointed !== store.state.pointed) {
        store.update({ pointed });
      }
    },
    append: id => {
      const now = scene();
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
    back: () => move(back(branchesOf(store.state.saved))),
    forward: () => move(forward(branchesOf(store.state.saved))),
    goTo: node => {
      const branches = branchesOf(store.state.saved);
      if (node !== branches.at) {
        move(goTo(branches, node));
      }
    },
    clearBranches: () => {
      store.update({ probabilities: new Map(), beams: undefined, pace: undefined });
      move(noBranches);
    },
    insert: () => {
      const now = scene();
      const text = now && writtenText(now.shown);
      // Not while another text is read: what is shown was written after the one before.
      if (text && !isInserting && now.shown.subject === readSubject(store.state.saved)) {
        isInserting = true;
        ask(
          host
            .insert({ text, held: store.state.saved.held })
            .then(longer => longer && accept(longer, now.shown))
            .finally(() => (isInserting = false)),
        );
      }
    },
    lookFrom: held => {
      store.update({ probabilities: new Map(), beams: undefined, pace: undefined });
      arrange({ held, branches: {} });
      rerun();
    },
    setControl: (name, value) => {
      performance.mark('control-repaint-start');
      arrange({ controls: { ...store.state.saved.controls, [name]: value } });
    },
    resetControls: () => arrange({ controls: ownDistribution }),
    setStrategy: strategy => arrange({ strategy }),
    setNumber: (name, value) => arrange({ [name]: value }),
    write: parts.write,
    stop: rerun,
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
    watch: watched => {
      arrange({ watched });
      rerun();
    },
    toggleLens: () => {
      const { saved } = store.state;
      arrange({ lens: !saved.lens });
      if (!saved.lens) {
        rerun();
      }
    },
    toggleTree: () => arrange({ tree: !store.state.saved.tree }),
    toggleMask: index => {
      const { masked } = store.state.saved;
      const others = masked.filter(each => each !== index);
      arrange({ masked: others.length < masked.length ? others : [...masked, index] });
      rerun();
    },
    clearMasks: () => {
      arrange({ masked: [] });
      rerun();
    },
    showMore: () =>
      store.update({ barCount: Math.min(mostBars, store.state.barCount + barsAtOnce) }),
    cancel: parts.cancel,
    retry: rerun,
    setDevice: device => {
      ask(host.setDevice({ device }));
      if (device === store.state.settings.device) {
        rerun(); // Nothing changes, so the host will not tell; the person asked to go on.
      }
    },
    exportAs: (format: NextExport) => {
      const now = scene();
      if (now) {
        ask(host.save(exportFile(store.state, now, format)));
      }
    },
    copyMarkdown: () => ask(host.copy({ text: markdown() })),
    openText: () => ask(host.openText({ markdown: markdown() })),
    openLink: url => ask(host.openLink({ url })),
    showSelection: () => ask(host.showSelection({})),
    showLog: () => ask(host.showLog({})),
  };
}
