/** The bundled models, and which of them each command runs. */
/** The folders in `models/`. They are named because a web host cannot list a folder of the extension. */
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

/** The model that "Show Attention" runs. */
export const attentionModel: BundledModel = 'bert';

/** The model that a stage's subject names. The stage itself runs the models of its lesson. */
export const stageModel: BundledModel = 'transformer';

/**
 * The model that "Show Next Tokens" begins with: the one that writes best. If it is missing, the page takes another
 * model that continues text.
 */
export const nextTokensModel = 'smollm2';

/** The model that "Translate Selection" runs: the best of the translators. */
export const translationModel: BundledModel = 'transformer';
