import * as vscode from 'vscode';
import { readBuffer } from '../../modelCatalog/modelCatalog';
import { readOnce } from '../../workbench/lazyAsync';
import {
  parseLesson,
  parseSources,
  stageIds,
  type Lesson,
  type Sources,
  type StageId,
} from '../../../common/content/lesson';
import { parseJson } from '../../../common/protocol/manifest';
import { inOwnLanguage } from './ownLanguage';

/** All that is told, and whom it is taken from. */
export interface LessonBook {
  /** In the order of the story. */
  readonly lessons: readonly Lesson[];
  readonly sources: Sources;
}

/** Reads the lessons in the person's language where there are some, else in English. */
export class Lessons {
  /** @param root the folder `media/lessons`. */
  constructor(private readonly root: vscode.Uri) {}

  /** @throws EngineError `internal` when a file is not as it must be. */
  readonly book = readOnce(() => this.#read());

  async #read(): Promise<LessonBook> {
    const [sources, ...lessons] = await Promise.all([
      this.#json('sources.json').then(parseSources),
      ...stageIds.map(id => this.#lesson(id)),
    ]);
    return { sources, lessons };
  }

  async #lesson(id: StageId): Promise<Lesson> {
    return parseLesson(await inOwnLanguage(language => this.#json(`${language}/${id}.json`)));
  }

  async #json(path: string): Promise<unknown> {
    return parseJson(await readBuffer(vscode.Uri.joinPath(this.root, path)), path);
  }
}
