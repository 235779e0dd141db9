import * as vscode from 'vscode';
import { readBuffer } from '../../modelCatalog/modelCatalog';
import { readOnce } from '../../workbench/promises';
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
import { parseRewardStudy, type RewardStudy } from '../../../common/content/rewardStudy';
import { env } from 'vscode';

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
    return parseContentJson(await readBuffer(vscode.Uri.joinPath(this.root, path)), path);
  }
}

/**
 * In the person's language where there is a file for it, else in English.
 *
 * @param extensionUri where the extension is installed.
 * @throws EngineError `internal` when a file is not as it must be.
 */
export async function readMaps(extensionUri: vscode.Uri): Promise<Maps> {
  const bytes = await inOwnLanguage(language =>
    readBuffer(vscode.Uri.joinPath(extensionUri, 'media', 'maps', `${language}.json`)),
  );
  return parseMaps(parseContentJson(bytes, 'of maps'));
}

/**
 * @param extensionUri where the extension is installed.
 * @throws EngineError `internal` when the file is not as it must be.
 */
export async function readRewardStudy(extensionUri: vscode.Uri): Promise<RewardStudy> {
  const uri = vscode.Uri.joinPath(extensionUri, 'media', 'studies', 'reward.json');
  return parseRewardStudy(parseContentJson(await readBuffer(uri), 'reward.json'));
}

/** What there is in the person's language, else the same in English. @param read rejects where there is no such file. */
export async function inOwnLanguage<T>(read: (language: string) => Promise<T>): Promise<T> {
  const { language } = env;
  const isEnglish = language === 'en' || language.startsWith('en-');
  const translated = isEnglish ? undefined : await read(language).catch(() => undefined);
  return translated ?? read('en');
}
