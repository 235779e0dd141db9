/** The manifest of a model folder. Mirrors `training/export/manifest.py`; change both. */

import * as v from 'valibot';
import { parseJson, type Origin } from '../json';
import { validate } from '../validate';

/** The bounds are far beyond any model that runs here: they keep a wrong number from becoming an allocation. */
const count = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max));
const words = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200));

const tokenId = v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0)));
const language = v.pipe(v.string(), v.regex(/^[a-z]{2}$/, 'must be like "en"'));

/** One file of a model folder, as it must be on disk. */
const modelFile = v.object({
  /** Relative to the model folder. */
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

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const manifest = v.pipe(
  v.object({
    id: v.pipe(
      v.string(),
      v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be like "bert" or "gpt2-small"'),
    ),
    /** The name that users see, with what tells it from others of its kind: "BERT (MiniLM, 6 layers)". */
    name: words,
    /** The year in which the model came out; of one that was trained for this extension that of the paper it follows. */
    year: v.pipe(v.number(), v.integer(), v.minValue(1940), v.maxValue(2200)),
    /** Decides which inputs and outputs the graph must have. */
    family: v.picklist(['encoder-decoder', 'encoder-only', 'decoder-only']),
    architecture: v.picklist(['lstm', 'lstm-attention', 'transformer', 'bert', 'gpt2', 'llama']),
    layers: count(1024),
    heads: count(1024),
    hiddenSize: count(2 ** 16),
    vocabSize: count(2 ** 22),
    /** Longest input, in tokens. */
    contextLength: count(2 ** 20),
    /** How many numbers training learned. */
    parameters: count(Number.MAX_SAFE_INTEGER),
    /** SPDX identifier of the licence of the parameters. */
    license: words,
    /** How many keys and values the heads share; absent where each has its own. @see Ainslie et al., arXiv:2305.13245 */
    keyValueHeads: v.exactOptional(count(1024)),
    /** Ids of the tokens that the engine itself puts in or looks for. */
    tokens: v.exactOptional(
      v.object({
        /** The token that a decoder reads before its first one. */
        begin: tokenId,
        end: tokenId,
        padding: tokenId,
        unknown: tokenId,
        mask: tokenId,
      }),
    ),
    /** A translator has them, as codes of ISO 639-1. */
    languages: v.exactOptional(v.object({ source: language, target: language })),
    /** How many words, between white space, the longest text has that a translator learned from. */
    longestWords: v.exactOptional(count(2 ** 20)),
    /** A classifier's, in the order of its logits: what the writer did, "disliked" or "liked". */
    classes: v.exactOptional(v.pipe(v.array(words), v.minLength(2), v.maxLength(1000))),
    /** The dependency parser beside an encoder, which is the graph `parser`. */
    parser: v.exactOptional(
      v.object({
        /** In the order of its logits. */
        relations: v.pipe(v.array(words), v.minLength(1), v.maxLength(1000)),
        /** The share of words of held-out sentences whose head it finds; `labelled`, with the right relation. */
        unlabelled: share,
        labelled: share,
      }),
    ),
    files: v.object({
      tokenizer: modelFile,
      graphs: v.pipe(
        v.record(v.pipe(v.string(), v.regex(/^[a-z][A-Za-z0-9]*$/)), modelFile),
        v.check(graphs => Object.keys(graphs).length > 0, 'must name a graph'),
      ),
      /** A GGUF, of a model whose graph holds no weights. */
      weights: v.exactOptional(modelFile),
      /** What of `weights` the graph's weights are. */
      tensors: v.exactOptional(modelFile),
      /** How a conversation is put to a model that was tuned to converse. */
      chat: v.exactOptional(modelFile),
      /** In how many sentences of a translator's training text each word was. */
      words: v.exactOptional(modelFile),
      /** What its heads usually do, over a fixed set of sentences. */
      heads: v.exactOptional(modelFile),
      /** What PyTorch makes of a short text: what runs on a graphics card is held against it. */
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

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export type ModelFile = DeepReadonly<v.InferOutput<typeof modelFile>>;
/** `models/<id>/manifest.json`: the contract between `training/` and everything else. */
export type Manifest = DeepReadonly<v.InferOutput<typeof manifest>>;

/**
 * Checks the content of a manifest; unknown fields are left out.
 * It does not look at the files: the engine compares their bytes, checksums and graphs when it loads them.
 *
 * @throws EngineError `model-invalid`, which names the field.
 */
export const parseManifest = (json: unknown): Manifest =>
  validate(manifest, json, fileOfModel('manifest.json'));

/** A file of a model folder, for errors about it. */
export const fileOfModel = (name: string): Origin => ({
  code: 'model-invalid',
  noun: `The model's file ${name}`,
  advice: 'Reinstall the extension or the model.',
});

/** Reads the JSON of a model folder's file. @throws EngineError `model-invalid`, which names the file. */
export const parseModelJson = (
  bytes: ArrayBuffer | Uint8Array<ArrayBuffer>,
  name: string,
): unknown => parseJson(bytes, fileOfModel(name));
