/** Opens the stages of the story on the user's text. */
import * as vscode from 'vscode';
import type { Lessons } from './content';
import type { Panels } from '../../panels/panels';
import { isProse, takeSubject, type EditorInUse, type Purpose } from '../../subject/selection';
import { EngineError } from '../../../common/errors';
import { partIds, stageIds, type PartId, type StageId } from '../../../common/content/lesson';
import type { MapTarget } from '../../../common/content/maps';
import type { StageStart } from '../../../common/protocol/pages/stage';
import type { Subject } from '../../../common/protocol/pages/subject';
import { stageModel } from '../../modelCatalog/bundledModels';

const { t } = vscode.l10n;

const purpose: Purpose = { modelId: stageModel, joining: 'one' };

/** The parts of the extension that the guide uses. */
export interface StageGuideParts {
  readonly lessons: Lessons;
  readonly editorInUse: EditorInUse;
  readonly panels: Panels<'stage'>;
}

/** A stage, or a live part of it. */
interface StageTarget {
  readonly stage: StageId;
  readonly part?: PartId | undefined;
}

/** Opens the stages, and keeps which one was asked for until the page is ready for it. */
export class StageGuide {
  #pendingTarget: StageTarget | undefined;

  constructor(private readonly parts: StageGuideParts) {}

  /**
   * Opens a stage on what is selected; without a selection the page keeps its sentence.
   *
   * @param stage the user is asked to choose one if this is none. A user who runs the command while writing means the
   *   sentence at the caret; one who goes from stage to stage in the side bar does not.
   */
  async open(stage: unknown): Promise<void> {
    const isNamed = isStage(stage);
    const subject = this.#selected() ?? (isNamed ? undefined : sentenceAtCaret());
    const chosen = isNamed ? stage : await this.#ask();
    if (!chosen) {
      return;
    }
    await this.#show({ stage: chosen }, subject);
  }

  /**
   * Runs what is selected, or the sentence at the caret, through every model that can take it; if no text is open, the
   * sentence of the page.
   *
   * @throws EngineError as `takeSubject`.
   */
  async compareEras(): Promise<void> {
    const { current } = this.parts.editorInUse;
    const subject = current && takeSubject(current, purpose);
    await this.#show({ stage: 'chatgpt', part: 'eras' }, subject);
  }

  /**
   * Opens the target of a place on a map.
   *
   * @throws EngineError `internal` if the target does not exist.
   */
  async follow(target: MapTarget): Promise<void> {
    const [kind, name = ''] = target.split(':');
    const { lessons, sources } = await this.parts.lessons.book();
    const url = sources[name]?.url;
    if (kind === 'source' && url !== undefined) {
      await vscode.env.openExternal(vscode.Uri.parse(url, true));
      return;
    }
    const part = partIds.find(id => kind === 'part' && id === name);
    const lesson = lessons.find(({ id, parts }) => (part ? parts.includes(part) : id === name));
    if (!lesson) {
      throw new EngineError('internal', `A map leads to ${target}, which does not exist.`);
    }
    await this.#show({ stage: lesson.id, part }, undefined);
  }

  /** The sentence that the page runs on; undefined if no page is open and ready. */
  async sentence(): Promise<string | undefined> {
    const { panels } = this.parts;
    const isReady = panels.current?.isReady ?? false;
    return isReady ? (await panels.ask(page => page.describe({})))?.sentence : undefined;
  }

  async #show(target: StageTarget, subject: Subject | undefined): Promise<void> {
    this.#pendingTarget = target;
    const { panels } = this.parts;
    const isReady = panels.current?.isReady ?? false;
    if (subject) {
      panels.show(subject);
    } else {
      panels.open();
    }
    if (isReady) {
      this.#pendingTarget = undefined;
      await panels.ask(page => page.open(target));
    }
  }

  /** The lessons and sources, and the place that was asked for. */
  async start(): Promise<Pick<StageStart, 'lessons' | 'sources' | 'stage' | 'part'>> {
    const book = await this.parts.lessons.book();
    const { stage, part } = this.#pendingTarget ?? {};
    this.#pendingTarget = undefined;
    return { ...book, stage, part };
  }

  /** Takes what is selected; undefined for a caret alone. */
  #selected(): Subject | undefined {
    const editor = this.parts.editorInUse.current;
    const hasText = editor?.selections.some(
      selection => editor.document.getText(selection).trim() !== '',
    );
    return hasText ? takeSubject(editor, purpose) : undefined;
  }

  async #ask(): Promise<StageId | undefined> {
    const { lessons } = await this.parts.lessons.book();
    const choice = await vscode.window.showQuickPick(
      lessons.map(({ id, years, name, title }) => ({
        id,
        label: `${years} ${name}`,
        detail: title,
      })),
      { title: t('Open Stage'), matchOnDetail: true },
    );
    return choice?.id;
  }
}

/** Takes the sentence at the caret of the active editor; undefined in code, and on a blank line. */
function sentenceAtCaret(): Subject | undefined {
  const editor = vscode.window.activeTextEditor;
  try {
    return editor && isProse(editor.document) ? takeSubject(editor, purpose) : undefined;
  } catch (error) {
    if (error instanceof EngineError) {
      return undefined;
    }
    throw error;
  }
}

const isStage = (stage: unknown): stage is StageId => stageIds.some(id => id === stage);
