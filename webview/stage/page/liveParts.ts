/** What runs on the page: its engine and its live parts, which come after the text. */
import type { PartId } from '../../../src/common/content/lesson';
import type { EngineClient } from '../../../src/common/engineClient/engineClient';
import type { DevicePreference } from '../../../src/common/protocol/engine/types';
import type { PageStart } from '../../../src/common/protocol/pages/page';
import type { StageHostApi } from '../../../src/common/protocol/pages/stage';
import type { Remote } from '../../../src/common/protocol/rpc';
import { createPageEngine } from '../../common/pageEngine';
import type { Store } from '../../common/store';
import type { PartOfStage, PartSet } from './partSet';
import { lessonOf, sentenceOf, type StageState } from './state';

export class LiveParts {
  #client: EngineClient | undefined;
  #parts: PartSet | undefined;

  /** @param keep keeps what a part is set to. */
  constructor(
    private readonly host: Remote<StageHostApi>,
    private readonly store: Store<StageState>,
    private readonly keep: (id: PartId, settings: unknown) => void,
  ) {}

  /**
   * Begins, or begins anew with another engine.
   *
   * @param text settles when the text is on the screen: it does not wait for the code of the parts.
   */
  async start(start: PageStart, text: Promise<void>): Promise<void> {
    const { host, store } = this;
    this.#client?.end();
    const client = createPageEngine(host, start);
    this.#client = client;
    await text;
    const [{ PartSet }, { registerControls }] = await Promise.all([
      import('./partSet'),
      import('../../elements/controls'),
    ]);
    registerControls();
    if (this.#client !== client) {
      return; // The page has begun again.
    }
    this.#parts = new PartSet({
      ...{ client, host, models: start.models, keep: this.keep },
      settingsOf: id => store.state.saved.parts[id],
      lessons: () => store.state.book?.lessons ?? [],
      sources: () => store.state.book?.sources ?? {},
      changed: () => store.update({}),
      sentence: () => {
        const lesson = lessonOf(store.state);
        return lesson ? sentenceOf(store.state, lesson) : '';
      },
    });
    store.update({});
  }

  setDevice(device: DevicePreference): void {
    this.#client?.setDevice(device);
  }

  release(): void {
    this.#client?.release();
  }

  /** The parts of the stage on the page; none before they are there. */
  get shown(): readonly PartOfStage[] {
    return this.#parts?.of(this.#ids) ?? [];
  }

  /** Runs the parts on the sentence. @returns the part whose result comes first. */
  run(): PartId | undefined {
    return this.#parts?.run(this.#ids);
  }

  /** The sentence may be another. */
  showAgain(): void {
    this.#parts?.showAgain();
  }

  /** Ends what runs: the user leaves the stage. */
  cancel(): void {
    this.#parts?.cancel();
  }

  /** Takes the page as it was painted: parts run when they come into view. */
  watch(root: Element): void {
    this.#parts?.watch(root);
  }

  get #ids(): readonly PartId[] {
    return lessonOf(this.store.state)?.parts ?? [];
  }
}
