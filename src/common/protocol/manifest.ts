/** Mirrors `training/export/manifest.py`; change both. */

import * as v from 'valibot';
import { EngineError } from '../errors';

/** One file of a model folder, as it must be on disk. */
export interface ModelFile {
  /** Relative to the model folder. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

export interface SpecialTokens {
  /** What a decoder is given before its first token. */
  readonly begin?: number;
  readonly end?: number;
  readonly padding?: number;
  readonly unknown?: number;
  readonly mask?: number;
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
  /** How many keys and values the heads share; absent where each has its own. @see Ainslie et al., arXiv:2305.13245 */
  readonly keyValueHeads?: number;
  /** Ids of the tokens that the engine itself puts in or looks for. */
  readonly tokens?: SpecialTokens;
  /** Of a translator, as codes of ISO 639-1. */
  readonly languages?: { readonly source: string; readonly target: string };
  /** Of a translator: how many words, between white space, the longest text has that it learned from. */
  readonly longestWords?: number;
  /** Of a model that classifies a text, in the order of its logits: what the writer did, "disliked" or "liked". */
  readonly classes?: readonly string[];
  readonly files: {
    readonly tokenizer: ModelFile;
    readonly graphs: Readonly<Record<string, ModelFile>>;
    /** Of a model whose graph holds no weights: a GGUF. */
    readonly weights?: ModelFile;
    /** What of `weights` the graph's weights are. */
    readonly tensors?: ModelFile;
    /** Of a model that was tuned to converse: how a conversation is put to it. */
    readonly chat?: ModelFile;
    /** Of a translator: in how many sentences of its training text each word was. */
    readonly words?: ModelFile;
    /** What PyTorch makes of a short text: what runs on a graphics card is held against it. */
    readonly expected?: ModelFile;
  };
}

/** Bounds far beyond any model that runs here: they keep a wrong number from becoming an allocation. */
const count = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max));
const words = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200));

const tokenId = v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0)));
const language = v.pipe(v.string(), v.regex(/^[a-z]{2}$/, 'must be like "en"'));

const modelFile = v.object({
  path: v.pipe(
    v.string(),
    v.maxLength(200),
    v.regex(
      /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*\/)*[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
      'must be a path inside the model folder',
    ),
  ),
  bytes: count(2 ** 32),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')),
});

const manifest = v.pipe(
  v.object({
    id: v.pipe(
      v.string(),
      v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be like "bert" or "gpt2-small"'),
    ),
    name: words,
    year: v.pipe(v.number(), v.integer(), v.minValue(1940), v.maxValue(2200)),
    family: v.picklist(['encoder-decoder', 'encoder-only', 'decoder-only']),
    architecture: v.picklist(['lstm', 'lstm-attention', 'transformer', 'bert', 'gpt2', 'llama']),
    layers: count(1024),
    heads: count(1024),
    hiddenSize: count(2 ** 16),
    vocabSize: count(2 ** 22),
    contextLength: count(2 ** 20),
    parameters: count(Number.MAX_SAFE_INTEGER),
    license: words,
    keyValueHeads: v.exactOptional(count(1024)),
    tokens: v.exactOptional(
      v.object({
        begin: tokenId,
        end: tokenId,
        padding: tokenId,
        unknown: tokenId,
        mask: tokenId,
      }),
    ),
    languages: v.exactOptional(v.object({ source: language, target: language })),
    longestWords: v.exactOptional(count(2 ** 20)),
    classes: v.exactOptional(v.pipe(v.array(words), v.minLength(2), v.maxLength(1000))),
    files: v.object({
      tokenizer: modelFile,
      graphs: v.pipe(
        v.record(v.pipe(v.string(), v.regex(/^[a-z][A-Za-z0-9]*$/)), modelFile),
        v.check(graphs => Object.keys(graphs).length > 0, 'must name a graph'),
      ),
      weights: v.exactOptional(modelFile),
      tensors: v.exactOptional(modelFile),
      chat: v.exactOptional(modelFile),
      words: v.exactOptional(modelFile),
      expected: v.exactOptional(modelFile),
    }),
  }),
  v.check(
    ({ hiddenSize, heads }) => hiddenSize % heads === 0,
    'hiddenSize must be a multiple of heads',
  ),
  v.check(
    ({ heads, keyValueHeads = heads }) => heads % keyValueHeads === 0,
    'heads must be a multiple of keyValueHeads',
  ),
  v.check(
    ({ tokens, vocabSize }) => Object.values(tokens ?? {}).every(id => id < vocabSize),
    'tokens must be ids of the vocabulary',
  ),
);

/**
 * Checks what stands in a manifest; fields that we do not know are left out.
 * It does not look at the files: the engine compares their bytes, checksums and graphs when it loads them.
 *
 * @throws EngineError `model-invalid`, which names the field.
 */
export function parseManifest(json: unknown): Manifest {
  const result = v.safeParse(manifest, json);
  if (result.success) {
    return result.output;
  }
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  throw new EngineError(
    'model-invalid',
    `The model's manifest.json is wrong${field === null ? '' : ` at "${field}"`}: ${issue.message}. Reinstall the extension or the model.`,
  );
}

/**
 * Reads the JSON of a model folder's file.
 *
 * @throws EngineError `model-invalid`, which names the file.
 */
export function parseJson(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new EngineError(
      'model-invalid',
      `The model's file ${file} is damaged (${String(cause)}). Reinstall the extension or the model.`,
      { cause },
    );
  }
}
