/** Everything a user can do on the page. */
import type { WhyHostApi } from '../../src/common/protocol/pages/why';
import type { TextActions, TextPage } from '../common/textPage';
import type { Explainer } from './explainer';
import type { PartKind } from './promptParts';
import type { Questioner } from './questioner';
import { chosenOf, type SavedState, type WhyState } from './whyState';

/** The templates call nothing else. */
export interface Actions extends TextActions {
  /** A token of the completion is explained. */
  choose(index: number): void;
  chooseLayer(layer: number | undefined): void;
  chooseHead(head: number | undefined): void;
  /** The pointer or the focus is on something that was looked at. */
  point(index: number | undefined): void;
  /** Brings a token of the prompt into view in the editor. */
  reveal(index: number): void;
  /** What the model would have written from another token than the chosen one. */
  writeFrom(tokenId: number, text: string): void;
  closeAlternative(): void;
  /** Puts the other text into the document. */
  take(): void;
  choosePart(part: PartKind): void;
  chooseColour(colour: SavedState['colour']): void;
  /** Leaves out the part of the prompt that a token belongs to, or takes it back. */
  toggle(index: number): void;
  takeAllBack(): void;
  sweep(): void;
  cancelSweep(): void;
}

/** What the actions do: change the state, or ask the host. */
export function createActions(
  { store, host, ask, actions }: TextPage<WhyState, WhyHostApi>,
  explainer: Explainer,
  questioner: Questioner,
): Actions {
  const choose = (change: Partial<SavedState>) => {
    store.update({ saved: { ...store.state.saved, ...change }, pointed: undefined });
    if (change.chosen !== undefined) {
      questioner.closeAlternative();
    }
    void explainer.askAboutToken();
  };
  return {
    ...actions,
    choose: chosen => choose({ chosen }),
    chooseLayer: layer => choose({ layer }),
    chooseHead: head => choose({ head }),
    point: pointed => {
      if (pointed !== store.state.pointed) {
        store.update({ pointed });
      }
    },
    reveal: index => {
      const token = store.state.shown?.explanation.promptTokens[index];
      if (token && token.start < token.end) {
        ask(host.reveal({ segment: 0, start: token.start, end: token.end }));
      }
    },
    writeFrom: (tokenId, text) => void questioner.writeFrom(chosenOf(store.state), tokenId, text),
    closeAlternative: () => questioner.closeAlternative(),
    take: () => void questioner.take(),
    choosePart: part => store.update({ saved: { ...store.state.saved, part } }),
    chooseColour: colour => store.update({ saved: { ...store.state.saved, colour } }),
    toggle: index => void questioner.toggle(index),
    takeAllBack: () => void questioner.takeAllBack(),
    sweep: () => {
      store.update({ saved: { ...store.state.saved, colour: 'effect' } });
      void questioner.sweep();
    },
    cancelSweep: () => questioner.cancelSweep(),
    cancel: () => explainer.cancel(),
  };
}
