/** The translators of the story. */
import type { Manifest } from '../../../src/common/protocol/manifest';

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
