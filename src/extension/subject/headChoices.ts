/** The one choice of layer and head, which the panel and the document share. */
import { type ChosenHeads, isSameChoice } from '../../common/attention/chosenHeads';

/** Which side has made a choice; the other is told. */
export type Chooser = 'panel' | 'caret';

/** Hears of every change of a choice. */
type Listener = (modelId: string, chosen: ChosenHeads, by: Chooser) => void;

/**
 * Owns which heads the user looks at, by model: a head of another model is another head.
 *
 * It is kept for as long as the window lives. A new window begins with the most telling head, which is what a text is
 * opened on; a panel that comes back brings the choice of its own saved state.
 */
export class HeadChoices {
  readonly #byModel = new Map<string, { readonly chosen: ChosenHeads }>();
  readonly #listeners = new Set<Listener>();

  /** @returns undefined where nobody has chosen anything of the model in this window, not even the most telling head. */
  known(modelId: string): { readonly chosen: ChosenHeads } | undefined {
    return this.#byModel.get(modelId);
  }

  of(modelId: string): ChosenHeads {
    return this.#byModel.get(modelId)?.chosen;
  }

  /** The choice that is there already changes nothing and is told to nobody, so that no two sides can answer each other for ever. */
  choose(modelId: string, chosen: ChosenHeads, by: Chooser): void {
    const before = this.#byModel.get(modelId);
    this.#byModel.set(modelId, { chosen });
    if (!isSameChoice(before?.chosen, chosen)) {
      this.#listeners.forEach(listener => listener(modelId, chosen, by));
    }
  }

  /** @returns ends it. */
  onDidChange(listener: Listener): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }
}
