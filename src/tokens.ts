import { attentionModel } from './bundledModels';
import type { Purpose } from './selection';

/** "Show Tokens" takes one text. Its page shows the tokenizers of all models, whichever is named. */
export const tokensPurpose: Purpose = { modelId: attentionModel, joining: 'one' };
