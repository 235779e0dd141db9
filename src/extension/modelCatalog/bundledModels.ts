/** The folders in `models/`. Named because a web host cannot list a folder of the extension. */
export const bundledModels = [
  'bert',
  'seq2seq-lstm',
  'seq2seq-attention',
  'transformer',
  'ulmfit',
  'gpt2',
  'smollm2',
] as const;

export type BundledModel = (typeof bundledModels)[number];

/** What "Show Attention" runs. */
export const attentionModel: BundledModel = 'bert';

/** Named by the subject of a stage, which runs the models of its lesson. */
export const stageModel: BundledModel = 'transformer';

/**
 * What "Show Next Tokens" begins with, where it is there; else its page takes another model that writes on. The one
 * that writes best.
 */
export const nextTokensModel = 'smollm2';

/** What "Translate Selection" runs: the best of the translators. */
export const translationModel: BundledModel = 'transformer';
