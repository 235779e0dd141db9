import type { CaretAttentionState } from './features/caretAttention/caretAttention';
import type { Completion } from './features/completion/completion';
import type { Deeds } from './workbench/commandCounts';
import type { Failure } from './workbench/errorReporter';
import type { FileSaver } from './workbench/textAlternative';
import type { ModelMemory } from './modelCatalog/modelMemory';
import type { Models } from './modelCatalog/modelCatalog';
import type { Mark } from './workbench/strengthDecorations';
import type { Panels } from './panels/panels';
import type { EngineClient } from '../common/engineClient/engineClient';
import type { Timeline } from './features/evolution/timeline';
import type { AttentionDescription } from '../common/protocol/pages/attention';
import type { Subject } from '../common/protocol/pages/subject';
import type { TokenColorsState } from './features/tokens/tokenColors';
import type { SurprisalState } from './features/surprisal/surprisal';

/** What `activate` returns to the tests that run inside VS Code, and to nobody else. */
export interface TestApi {
  /** From the start of `activate` to its end, in ms. */
  readonly activationMs: number;
  readonly panels: Panels<'attention'>;
  readonly tokenPanels: Panels<'tokens'>;
  readonly stagePanels: Panels<'stage'>;
  readonly mapPanels: Panels<'maps'>;
  readonly timeline: Timeline;
  readonly nextPanels: Panels<'next'>;
  readonly whyPanels: Panels<'why'>;
  readonly saver: FileSaver;
  readonly models: Models;
  describe(): Promise<AttentionDescription | undefined>;
  subject(): Subject | undefined;
  /** What the panel's page has lit in the document. */
  highlighted(): readonly Mark[];
  readonly completion: Completion;
  readonly completionEngine: EngineClient;
  readonly memory: ModelMemory;
  caretAttention(): CaretAttentionState;
  tokenColors(): TokenColorsState;
  /** In the status bar. */
  tokenCount(): string;
  surprisal(): SurprisalState;
  lastFailure(): Failure | undefined;
  /** What the button of that name does. */
  useWholeDocument(): Promise<void>;
  statusText(): string;
  readonly deeds: Deeds;
  /** Ends the host's engine worker, as a crash would. */
  endWorker(): void;
}
