import { nextTokensModel } from '../../modelCatalog/bundledModels';
import type { Purpose } from '../../subject/selection';

/** "Show Next Tokens" takes the text before the caret, or a selection, as it stands. */
export const nextTokensPurpose: Purpose = { modelId: nextTokensModel, joining: 'before' };
