/** What a user can do with the parts of a model: switch them off and on, and ask what that changes. */
import type { RunStore } from '../../common/runStore';
import type { Unit } from '../../matrix/units';
import { type Ablator, type Context, placeOf } from './ablator';
import type { AblationState, NamedToken } from './ablationState';
import { isNone, noParts, type Parts, together, without } from './parts';

/** The templates of the section call nothing else. */
export interface AblationActions {
  /** Opens the section where it is closed. */
  switchOff(parts: Parts): void;
  switchOn(parts: Parts): void;
  /** Switches all on again. @returns whether anything was off. */
  takeBack(): boolean;
  close(): void;
  /** Masks a token, or asks about a token of a translation; the same once more asks about none. */
  askAt(place: number): void;
  /** A double click on a token: the same, where the model can be asked about it; opens the section where it is closed. */
  askAbout(unit: Pick<Unit, 'side' | 'isSpecial' | 'tokens'>): void;
  /** The same for what is watched. */
  watch(token: NamedToken): void;
  contrast(end: 0 | 1, typed: string, known: readonly NamedToken[]): void;
  sweep(): void;
  cancel(): void;
  showWholeSweep(): void;
}

/** @param keep has the page keep what is switched off, undefined where the section is closed, and follow. */
export function createAblationActions(
  store: RunStore<AblationState>,
  ablator: Ablator,
  context: () => Context | undefined,
  keep: (parts: Parts | undefined) => void,
): AblationActions {
  const current = () => context()?.parts ?? noParts;
  const askAt = (place: number) => {
    const isSame = store.state.question?.place === place;
    ablator.ask({ place: isSame ? undefined : place, watched: undefined });
  };
  return {
    switchOff: more => keep(together(current(), more)),
    switchOn: less => keep(without(current(), less)),
    takeBack: () => {
      const isOff = !isNone(current());
      if (isOff) {
        keep(noParts);
      }
      return isOff;
    },
    close: () => keep(undefined),
    askAt,
    askAbout: unit => {
      const isClosed = context() === undefined;
      if (isClosed) {
        keep(noParts);
      }
      const now = context();
      const place = now && placeOf(now, unit);
      if (place !== undefined) {
        askAt(place);
      } else if (isClosed) {
        keep(undefined);
      }
    },
    watch: token => {
      const isSame = store.state.question?.watched?.id === token.id;
      ablator.ask({ watched: isSame ? undefined : token });
    },
    contrast: (...given) => void ablator.contrast(...given),
    sweep: () => void ablator.sweep(),
    cancel: () => ablator.end(),
    showWholeSweep: () => store.update({ isSweepWhole: true }),
  };
}
