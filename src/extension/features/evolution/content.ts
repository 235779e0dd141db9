/** Reads the lessons, maps and studies of the story. */
import * as vscode from 'vscode';
import { readBuffer } from '../../modelCatalog/modelCatalog';
import { lazyAsync } from '../../workbench/promises';
import {
  type Lesson,
  parseContentJson,
  parseLesson,
  parseSources,
  type Sources,
  type StageId,
  stageIds,
} from '../../../common/content/lesson';
import { type Maps, parseMaps } from '../../../common/content/maps';
import { parseRewardStudy, type RewardStudy } from '../../../common/content/evaluation';

/** All lessons, and the sources that they cite. */
export interface LessonBook {
  /** The lessons, in the order of the story. */
  readonly lessons: readonly Lesson[];
  readonly sources: Sources;
}

/** Reads the lessons in the user's display language if they are translated, otherwise in English. */
export class Lessons {
  /** @param root the folder `media/lessons`. */
  constructor(private readonly root: vscode.Uri) {}

  /** Reads the lessons, once. @throws EngineError `internal` if a file is invalid. */
  readonly book = lazyAsync(() => this.#read());

  async #read(): Promise<LessonBook> {
    const [sources, ...lessons] = await Promise.all([
      this.#json('sources.json').then(parseSources),
      ...stageIds.map(id => this.#lesson(id)),
    ]);
    return { sources, lessons };
  }

  async #lesson(id: StageId): Promise<Lesson> {
    return parseLesson(await inDisplayLanguage(language => this.#json(`${language}/${id}.json`)));
  }

  async #json(path: string): Promise<unknown> {
    return parseContentJson(await readBuffer(vscode.Uri.joinPath(this.root, path)), path);
  }
}

/**
 * Reads the maps in the user's display language if they are translated, otherwise in English.
 *
 * @param extensionUri where the extension is installed.
 * @throws EngineError `internal` if the file is invalid.
 */
export async function readMaps(extensionUri: vscode.Uri): Promise<Maps> {
  const bytes = await inDisplayLanguage(language =>
    readBuffer(vscode.Uri.joinPath(extensionUri, 'media', 'maps', `${language}.json`)),
  );
  return parseMaps(parseContentJson(bytes, 'of maps'));
}

/**
 * Reads the study of rewards.
 *
 * @param extensionUri where the extension is installed.
 * @throws EngineError `internal` if the file is invalid.
 */
export async function readRewardStudy(extensionUri: vscode.Uri): Promise<RewardStudy> {
  const uri = vscode.Uri.joinPath(extensionUri, 'media', 'studies', 'reward.json');
  return parseRewardStudy(parseContentJson(await readBuffer(uri), 'reward.json'));
}

/** Reads a file in the user's display language, or else in English. @param read rejects if there is no such file. */
async function inDisplayLanguage<T>(read: (language: string) => Promise<T>): Promise<T> {
  const { language } = vscode.env;
  const isEnglish = language === 'en' || language.startsWith('en-');
  const translated = isEnglish ? undefined : await read(language).catch(() => undefined);
  return translated ?? read('en');
}
