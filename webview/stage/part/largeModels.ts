/** Models that are too large to run unasked: they are offered. */
import { html, type TemplateResult } from 'lit';
import { filesOf } from '../../../src/common/engineClient/modelFolder';
import type { Manifest } from '../../../src/common/protocol/manifest';

/** A model with more bytes than this runs on a click alone. */
const maxBytesUnasked = 5e7;

const bytesOf = (manifest: Manifest): number =>
  filesOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0);

export const isLarge = (manifest: Manifest): boolean => bytesOf(manifest) > maxBytesUnasked;

export const megabytes = (manifest: Manifest): string =>
  `${(bytesOf(manifest) / 1e6).toFixed(0)} MB`;

/** What the model would do and how large it is, and a button that runs it. */
export const offer = (
  words: string,
  title: string,
  isBusy: boolean,
  accept: () => void,
): TemplateResult =>
  html`<div class="offer">
    <p class="prose">${words}</p>
    <vscode-button appearance="secondary" ?disabled=${isBusy} @click=${accept}
      >${title}</vscode-button
    >
  </div>`;
