/** Paints the attention of the token under the caret onto the document, and tells its heads in the status bar. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { markdownText } from '../../workbench/markdown';
import { type EditorInUse, isProse, sourceOf } from '../../subject/selection';
import { type Mark, StrengthDecorations } from '../../workbench/strengthDecorations';
import { delay, lazyAsync } from '../../workbench/promises';
import { scaleSetting } from '../../panels/pageKinds';
import type { Settings } from '../../settings/settings';
import type { Analysis } from '../../../common/protocol/engine/analyze';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import type { Manifest } from '../../../common/protocol/manifest';
import {
  attentionAt,
  passageAt,
  PassageReader,
  type QueryAttention,
  tellingAt,
} from './queryAttention';
import { type Step, stepHead, stepLayer } from './headSteps';
import { hoverText, strongestLabel, strongestTable } from './labels';
import { headLabel, shownHeads } from '../../subject/headLabels';
import type { HeadPosition } from '../../../common/attention/attention';
import type { ChosenHeads } from '../../../common/attention/chosenHeads';
import { watchCaret } from '../../subject/caretWatch';
import type { HeadChoices } from '../../subject/headChoices';
import { spanAtCaret } from '../../subject/subject';
import type { TextSpan } from '../../../common/text/sentences';
import type { KeyOf } from '../../workbench/keybindings';

/** True while the feature is on; the keys for layer and head depend on it. */
const onContext = 'lmEvolution.caretAttentionOn';

/** The parts of the extension that the feature uses. */
export interface CaretAttentionParts {
  readonly engine: EngineClient;
  /** Reads the manifest of the model whose attention is painted. */
  readonly manifest: () => Promise<Manifest>;
  readonly settings: Settings;
  readonly editorInUse: EditorInUse;
  /** The choice of heads, which the panel shares. */
  readonly headChoices: HeadChoices;
  readonly keyOf: KeyOf;
  readonly onRun: (analysis: Analysis) => void;
  readonly onFailure: (error: unknown, tryAgain: () => unknown) => void;
}

/** The most telling head of a sentence, and of which. */
interface Telling extends TextSpan {
  readonly analysis: Analysis;
  readonly head: HeadPosition | undefined;
}

/** What the feature shows now, for tests. */
export interface CaretAttentionState {
  readonly isOn: boolean;
  /** The heads that are averaged. */
  readonly heads: readonly HeadPosition[];
  /** The text of the token under the caret. */
  readonly query: string | undefined;
  readonly marks: readonly Mark[];
  readonly attention: QueryAttention | undefined;
  readonly statusText: string;
  /** What is said while the pointer rests on the item in the status bar. */
  readonly statusDetails: string;
}

/**
 * "The caret is the query": paints the attention of the token under the caret onto the document itself, and follows the
 * caret and edits. Only the newest place is analysed; what is known already is painted at once.
 */
export class CaretAttention extends Disposable {
  readonly #decorations = this.register(new StrengthDecorations());
  readonly #item: CaretItem;
  readonly #reader: PassageReader;
  #heads: readonly HeadPosition[] = [];
  #telling: Telling | undefined;
  /** The manifest of the model, read once each time that the feature is turned on. */
  #manifest: () => Promise<Manifest>;
  #whileOn: vscode.Disposable | undefined;
  #pending = new AbortController();
  #attention: QueryAttention | undefined;
  #query: string | undefined;

  constructor(private readonly parts: CaretAttentionParts) {
    super();
    this.#item = this.register(new CaretItem(parts.keyOf));
    this.#reader = new PassageReader(parts.engine, parts.onRun);
    this.#manifest = lazyAsync(parts.manifest);
    this.register({ dispose: () => this.end() });
  }

  get state(): CaretAttentionState {
    return {
      isOn: this.#whileOn !== undefined,
      heads: this.#heads,
      query: this.#query,
      marks: this.#decorations.marks,
      attention: this.#attention,
      statusText: this.#item.text,
      statusDetails: this.#item.details,
    };
  }

  async toggle(): Promise<void> {
    if (this.#whileOn) {
      this.end();
      return;
    }
    this.#manifest = lazyAsync(this.parts.manifest);
    this.#whileOn = vscode.Disposable.from(
      watchCaret(this.parts.editorInUse, waitMs => this.#follow(waitMs)),
      this.parts.settings.onDidChange(() => this.#follow(0)),
      this.parts.headChoices.onDidChange(() => this.#follow(0)),
    );
    await vscode.commands.executeCommand('setContext', onContext, true);
    this.#follow(0);
  }

  async stepLayer(step: Step): Promise<void> {
    const model = await this.#manifest();
    this.#choose(model.id, stepLayer(this.#chosen(model.id), step, model));
  }

  async stepHead(step: Step): Promise<void> {
    const model = await this.#manifest();
    this.#choose(model.id, stepHead(this.#chosen(model.id), step, model, this.#telling?.head));
  }

  #chosen(modelId: string): ChosenHeads {
    return this.parts.headChoices.of(modelId);
  }

  #choose(modelId: string, chosen: ChosenHeads): void {
    if (this.#whileOn) {
      // It tells of the change, which is then painted.
      this.parts.headChoices.choose(modelId, chosen, 'caret');
    }
  }

  end(): void {
    this.#pending.abort();
    this.#whileOn?.dispose();
    this.#whileOn = undefined;
    this.#clear();
    this.#item.hide();
    void vscode.commands.executeCommand('setContext', onContext, false);
  }

  /** Paints for the current place of the caret; work for an earlier place is cancelled. */
  #follow(waitMs: number): void {
    this.#pending.abort();
    const controller = new AbortController();
    this.#pending = controller;
    this.#paintCaret(waitMs, controller.signal).catch((error: unknown) => {
      if (!controller.signal.aborted) {
        this.end();
        this.parts.onFailure(error, () => this.toggle());
      }
    });
  }

  async #paintCaret(waitMs: number, signal: AbortSignal): Promise<void> {
    const editor = this.parts.editorInUse.current;
    if (!editor) {
      this.#clear();
      this.#item.showNothing();
      return;
    }
    const { document } = editor;
    const source = sourceOf(document);
    const caret = document.offsetAt(editor.selection.active);
    const { start, end } = passageAt(source, caret);
    const text = source.read(start, end);
    if (text.trim() === '') {
      this.#clear();
      this.#item.showNothing();
      return;
    }
    const model = await this.#manifest();
    let analysis = this.#reader.known(text, caret - start);
    if (!analysis) {
      await delay(waitMs, signal);
      signal.throwIfAborted();
      this.#item.showRunning();
      analysis = await this.#reader.read(model, text, caret - start, signal);
    }
    signal.throwIfAborted();
    const scale = this.parts.settings.get(scaleSetting);
    const sentence = spanAtCaret(source, caret, isProse(document));
    const painted = shownHeads(
      this.#chosen(model.id),
      model,
      this.#tellingOf(analysis, text, {
        start: sentence.start - start,
        end: sentence.end - start,
      }),
    );
    this.#heads = painted.averaged;
    const attention = attentionAt(analysis, caret - start, painted.averaged, scale);
    if (!attention) {
      this.#clear();
      this.#item.showNothing();
      return;
    }
    const rangeOf = (token: { readonly start: number; readonly end: number }) =>
      new vscode.Range(
        document.positionAt(start + token.start),
        document.positionAt(start + token.end),
      );
    this.#attention = attention;
    this.#query = text.slice(attention.query.start, attention.query.end);
    this.#decorations.show(
      document,
      attention.attended.map(attended => ({
        range: rangeOf(attended.token),
        strength: attended.strength,
        hover: hoverText(attention, attended, text, painted),
      })),
      [rangeOf(attention.query)],
    );
    this.#item.showPainted(
      `${headLabel(painted)}: ${strongestLabel(attention, text)}`,
      strongestTable(attention, text, painted),
    );
  }

  /** The most telling head of a sentence: it is judged once, however often the caret moves in the sentence. */
  #tellingOf(analysis: Analysis, text: string, sentence: TextSpan): HeadPosition | undefined {
    const { start, end } = sentence;
    const known = this.#telling;
    if (known?.analysis === analysis && known.start === start && known.end === end) {
      return known.head;
    }
    const head = tellingAt(analysis, text, sentence);
    this.#telling = { analysis, start, end, head };
    return head;
  }

  #clear(): void {
    this.#attention = undefined;
    this.#query = undefined;
    this.#decorations.clear();
  }
}

const { t } = vscode.l10n;

/** Shows what is painted; a click turns it off. */
class CaretItem extends Disposable {
  readonly #item = this.register(
    vscode.window.createStatusBarItem(
      'lmEvolution.caretAttention',
      vscode.StatusBarAlignment.Right,
      91,
    ),
  );

  constructor(private readonly keyOf: KeyOf) {
    super();
    this.#item.name = t('Attention at the caret');
    this.#item.command = 'lmEvolution.toggleCaretAttention';
  }

  get text(): string {
    return this.#item.text;
  }

  get details(): string {
    const { tooltip } = this.#item;
    return tooltip instanceof vscode.MarkdownString ? tooltip.value : (tooltip ?? '');
  }

  hide(): void {
    this.#item.hide();
  }

  showRunning(): void {
    this.#show('$(loading~spin)', t('Reading the paragraph at the caret'));
  }

  showNothing(): void {
    this.#show('$(eye)', t('No text at the caret'));
  }

  /** @param label what is painted: "layer 3, head 7: it → cat 43 %". */
  showPainted(label: string, details: vscode.MarkdownString): void {
    this.#show('$(eye)', label, details);
  }

  #show(icon: string, label: string, details = new vscode.MarkdownString()): void {
    this.#item.text = `${icon} ${label}`;
    const keyOf = (name: string) => this.keyOf(`lmEvolution.caretAttention.${name}`);
    const keys = t(
      '{0} and {1}: next and previous head. {2} and {3}: next and previous layer.',
      ...['nextHead', 'previousHead', 'nextLayer', 'previousLayer'].map(keyOf),
    );
    this.#item.tooltip = details.appendMarkdown(
      `\n\n${markdownText(keys)}\n\n${t('Click or press Escape to turn it off.')}`,
    );
    this.#item.accessibilityInformation = {
      label: t('Attention at the caret: {0}. Click to turn it off.', label),
      role: 'button',
    };
    this.#item.show();
  }
}
