/** The diagram of the stage on the page. */
import type { Target } from '../../../src/common/content/lesson';
import type { Store } from '../../common/store';
import type { Theme } from '../../common/theme';
import { createDiagramDrawer } from '../../diagram/diagramDrawer';
import { layoutStep } from '../../diagram/diagramPlace';
import { lessonOf, type StageState } from './state';

export class StageDiagram {
  readonly #draw = createDiagramDrawer();
  /** The key of the diagram that was begun last. */
  #begun: string | undefined;

  constructor(
    private readonly store: Store<StageState>,
    private readonly follow: (target: Target) => void,
  ) {}

  /** Draws the diagram unless it is drawn already. The text is on the screen before it. */
  async show(theme: Theme, room: number): Promise<void> {
    const { state } = this.store;
    const lesson = lessonOf(state);
    if (!lesson || state.textMs === undefined) {
      return;
    }
    const key = `${lesson.id} ${layoutStep(room)} ${state.themeVersion}`;
    if (state.diagram?.key === key || this.#begun === key) {
      return;
    }
    this.#begun = key;
    try {
      const element = await this.#draw(lesson.diagram, theme, room, this.follow);
      if (this.#begun === key) {
        this.store.update({ diagram: { lesson, key, element }, diagramError: undefined });
      }
    } catch (cause) {
      this.store.update({ diagramError: String(cause) });
    }
  }
}
