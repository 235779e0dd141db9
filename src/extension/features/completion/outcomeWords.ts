import { l10n } from 'vscode';
import type { NothingWhy } from './outcome';

const { t } = l10n;

/** Why nothing was offered, as one sentence. */
export function nothingWords(why: NothingWhy): string {
  switch (why) {
    case 'empty':
      return t('Nothing was offered: there is only white space before the caret.');
    case 'inside-word':
      return t('Nothing was offered: the caret is inside a word.');
    case 'text-follows':
      return t('Nothing was offered: text follows on the line.');
    case 'nothing-written':
      return t('Nothing was offered: the model finds that the text ends here.');
    case 'repeats':
      return t('Nothing was offered: the model only wrote again what stands there already.');
    case 'unbalanced':
      return t('Nothing was offered: it would have left a bracket, a quote or a tag open.');
    case 'unlikely':
      return t('Nothing was offered: the model was too unsure of what it wrote.');
    case 'given-up':
      return t('Nothing was offered: the text or the caret changed while it was being written.');
    case 'waits':
      return t('Nothing was offered: the last tries failed, and the next one waits a little.');
  }
}
