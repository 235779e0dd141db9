import { attentionModel } from '../../modelCatalog/bundledModels';
import type { Purpose } from '../../subject/selection';

/** "Show Tokens" takes one text. Its page shows the tokenizers of all models, whichever is named. */
export const tokensPurpose: Purpose = { modelId: attentionModel, joining: 'one' };
