import * as vscode from 'vscode';
import { readBuffer } from '../../modelCatalog/modelCatalog';
import { parseJson } from '../../../common/protocol/manifest';
import { parseRewardStudy, type RewardStudy } from '../../../common/content/rewardStudy';

/**
 * @param extensionUri where the extension is installed.
 * @throws EngineError `internal` when the file is not as it must be.
 */
export async function readRewardStudy(extensionUri: vscode.Uri): Promise<RewardStudy> {
  const uri = vscode.Uri.joinPath(extensionUri, 'media', 'studies', 'reward.json');
  return parseRewardStudy(parseJson(await readBuffer(uri), 'reward.json'));
}
