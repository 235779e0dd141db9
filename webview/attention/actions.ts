import type { Attention, DevicePreference } from '../../src/common/protocol/engine/types';
import type { ExportFormat } from '../../src/common/protocol/pages/attention';
import type { HeadPosition, PageSettings } from '../../src/common/protocol/pages/page';
import type { PointedAt } from './attentionState';
import type { SavedState } from './savedState';
import type { Unit } from '../matrix/units';

/** Everything a person can do on the page; the templates call nothing else. */
export interface Actions {
  /** Shows some heads while the pointer or the focus is on them; undefined ends it. */
  previewHeads(heads: readonly HeadPosition[] | undefined): void;
  /** A click on heads, with shift where `isAdding`. */
  chooseHeads(heads: readonly HeadPosition[], isAdding: boolean): void;
  averageAll(): void;
  point(at: PointedAt | undefined): void;
  /** A click on a token, with shift where `isAdding`: its row stays lit, or no longer. */
  lock(unit: Unit, isAdding: boolean): void;
  chooseKind(kind: Attention['kind']): void;
  /** What Escape does: no token is kept, no head chosen, nothing pointed at. */
  letGo(): void;
  /** Brings a token's characters into view in the editor. */
  reveal(unit: Unit): void;
  arrange(change: Partial<SavedState>): void;
  moveWindow(start: number): void;
  toggleRail(): void;
  chooseModel(modelId: string): void;
  cancel(): void;
  retry(): void;
  setDevice(device: DevicePreference): void;
  setScale(scale: PageSettings['scale']): void;
  exportAs(format: ExportFormat): void;
  copyMarkdown(): void;
  copy(text: string): void;
  openText(): void;
  openLink(url: string): void;
  showSelection(): void;
  showLog(): void;
}
