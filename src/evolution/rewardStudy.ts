import * as vscode from 'vscode';
import { readBuffer } from '../models/models';
import { parseJson } from '../shared/manifest';
import { parseRewardStudy, type RewardStudy } from '../shared/rewardStudy';

/**
 * @param extensionUri where the extension is installed.
 * @throws EngineError `internal` when the file is not as it must be.
 */
export async function readRewardStudy(extensionUri: vscode.Uri): Promise<RewardStudy> {
  const uri = vscode.Uri.joinPath(extensionUri, 'media', 'studies', 'reward.json');
  return parseRewardStudy(parseJson(await readBuffer(uri), 'reward.json'));
}
