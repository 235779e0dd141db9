import * as vscode from 'vscode';
import { readBuffer } from '../../modelCatalog/modelCatalog';
import { parseJson } from '../../../common/protocol/manifest';
import { parseMaps, type Maps } from '../../../common/content/maps';
import { inOwnLanguage } from './ownLanguage';

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
  return parseMaps(parseJson(bytes, 'maps'));
}
