/** Mirrors `training/manifest.py`; change both. */

/** One file of a model folder, as it must be on disk. */
export interface ModelFile {
  /** Relative to the model folder. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** `models/<id>/manifest.json`: the contract between `training/` and everything else. */
export interface Manifest {
  readonly id: string;
  /** As people see it, with what tells it from others of its kind: "BERT (MiniLM, 6 layers)". */
  readonly name: string;
  /** Of the architecture, not of these parameters. */
  readonly year: number;
  /** Decides which inputs and outputs the graph must have. */
  readonly family: 'encoder-decoder' | 'encoder-only' | 'decoder-only';
  readonly architecture: 'lstm' | 'lstm-attention' | 'transformer' | 'bert' | 'gpt2' | 'llama';
  readonly layers: number;
  readonly heads: number;
  readonly hiddenSize: number;
  readonly vocabSize: number;
  /** Longest input, in tokens. */
  readonly contextLength: number;
  /** How many numbers training learned. */
  readonly parameters: number;
  /** SPDX identifier of the licence of the parameters. */
  readonly license: string;
  readonly files: {
    readonly tokenizer: ModelFile;
    readonly graphs: Readonly<Record<string, ModelFile>>;
  };
}
