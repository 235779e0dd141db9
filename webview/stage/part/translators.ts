/** The models of live parts: the translators of the story, and models that are too large to run unasked. */
import type { Manifest } from '../../../src/common/protocol/manifest';
import { html, type TemplateResult } from 'lit';
import { filesOf } from '../../../src/common/engineClient/modelFolder';

/** Language models can be LSTMs too, and have no encoder. */
export const isLstmTranslator = ({ family, architecture }: Manifest): boolean =>
  family === 'encoder-decoder' && architecture === 'lstm';

/** The oldest first; one that is not in this version is known by its name alone. */
const translators = [
  { id: 'seq2seq-lstm', name: 'LSTM', year: 2014 },
  { id: 'seq2seq-attention', name: 'LSTM with attention', year: 2015 },
  { id: 'transformer', name: 'Transformer', year: 2017 },
] as const;

export interface Translator {
  readonly id: string;
  /** "2014 LSTM". */
  readonly title: string;
  /** Undefined: not in this version. */
  readonly manifest: Manifest | undefined;
}

export const translatorsOf = (models: readonly Manifest[]): readonly Translator[] =>
  translators.map(({ id, name, year }) => ({
    id,
    title: `${year} ${name}`,
    manifest: models.find(model => model.id === id),
  }));

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
