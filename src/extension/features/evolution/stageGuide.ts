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

export interface StageGuideParts {
  readonly lessons: Lessons;
  readonly editorInUse: EditorInUse;
  readonly panels: Panels<'stage'>;
}

interface Place {
  readonly stage: StageId;
  readonly part?: PartId | undefined;
}

/** Opens the stages, and keeps which one is asked for until the page has taken it. */
export class StageGuide {
  #wanted: Place | undefined;

  constructor(private readonly parts: StageGuideParts) {}

  /**
   * Opens a stage on what is selected; without a selection the page keeps its sentence.
   *
   * @param stage asked for where it is none. A person who writes and asks from there means the sentence at the caret; one
   *   who goes from stage to stage in the side bar does not.
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
   * Runs what is selected, or the sentence at the caret, through every model that can take it; where no text is open, the
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
   * Goes where a place on a map leads.
   *
   * @throws EngineError `internal` where it leads to nothing that there is.
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
      throw new EngineError('internal', `A map leads to ${target}, which is not there.`);
    }
    await this.#show({ stage: lesson.id, part }, undefined);
  }

  /** What the page runs on; undefined where none is open, or it tells nothing yet. */
  async sentence(): Promise<string | undefined> {
    const { panels } = this.parts;
    const isReady = panels.current?.isReady ?? false;
    return isReady ? (await panels.ask(page => page.describe({})))?.sentence : undefined;
  }

  async #show(place: Place, subject: Subject | undefined): Promise<void> {
    this.#wanted = place;
    const { panels } = this.parts;
    const isReady = panels.current?.isReady ?? false;
    if (subject) {
      panels.show(subject);
    } else {
      panels.open();
    }
    if (isReady) {
      this.#wanted = undefined;
      await panels.ask(page => page.open(place));
    }
  }

  /** What its page tells, and the place that was asked for. */
  async start(): Promise<Pick<StageStart, 'lessons' | 'sources' | 'stage' | 'part'>> {
    const book = await this.parts.lessons.book();
    const { stage, part } = this.#wanted ?? {};
    this.#wanted = undefined;
    return { ...book, stage, part };
  }

  /** What is selected; a caret alone selects nothing here. */
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

/** Of the text that the person is in; undefined where that is code, or nothing stands there. */
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
