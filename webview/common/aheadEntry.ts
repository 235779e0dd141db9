/** The small script in the page's HTML that begins to read ahead. */
import type { FilesAhead } from '../../src/common/protocol/pages/page';
import { readAhead } from './ahead';

// Stands in the page itself, before its script. What to read, the host has written beside it.
const files = document.currentScript?.dataset['files'];
if (files !== undefined) {
  // eslint-disable-next-line no-restricted-syntax -- Of the host's own making; what it leads to is checked.
  readAhead(JSON.parse(files) as FilesAhead);
}
