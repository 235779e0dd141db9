/** A classifier of whole texts. */

import type {
  Classification,
  ClassifyRequest,
  Omission,
} from '../../common/protocol/engine/classify';
import type { Token } from '../../common/protocol/engine/types';
import { largestLogit, logSoftmax, rowOf } from '../../common/math/logits';
import { checkShape, classifierGraph } from '../onnx/graphs';
import { fitContext } from '../tokenizer/modelInput';
import type { OpenModel } from './model';
import { requireOutput, type RunnableGraph } from '../onnx/tensors';

/** Numbers of tokens that are read at the beginning and at the end of a longer text, as in training/tasks/reviews.py. */
const [firstTokens, lastTokens] = [96, 204];
/** Largest number of parts of a text that are left out one after the other. */
const maxParts = 64;
/** Largest number of tokens in a run, all rows together: a cancellation takes effect between two. */
const maxTokensPerRun = 1024;

/** Tokens of the text that are left out together. */
interface Part {
  readonly tokens: readonly Token[];
  readonly start: number;
  readonly end: number;
}

/** Classifies whole texts, with a graph of its own. */
export class Classifier {
  readonly #model: OpenModel;
  readonly #session: RunnableGraph;
  /** The token that every text follows. */
  readonly #begin: number;
  readonly #classCount: number;

  /** @param model whose manifest names classes. */
  constructor(model: OpenModel) {
    this.#model = model;
    this.#session = model.session(classifierGraph.graph);
    this.#begin = model.manifest.tokens?.begin ?? 0;
    this.#classCount = model.manifest.classes?.length ?? 0;
  }

  /**
   * @throws EngineError `input-empty`, `input-too-long`, `model-invalid`, `cancelled` between runs, and those of
   *   `Session.run`.
   */
  async classify(
    { text, omissions = false }: ClassifyRequest,
    signal?: AbortSignal,
  ): Promise<Classification> {
    const { manifest, tokenizer, device } = this.#model;
    const { tokens } = fitContext(tokenizer, Infinity, { text }, 0);
    const halves = halvesOf(tokens);
    const source = halves.flat();
    const whole = await this.#probabilities([source], signal);
    const results: Omission[] = [];
    let { runMs } = whole;
    for (const parts of omissions ? this.#inRuns(source, partsOf(text, halves)) : []) {
      const rows = parts.map(part => source.filter(token => !part.tokens.includes(token)));
      const without = await this.#probabilities(rows, signal);
      runMs += without.runMs;
      results.push(
        ...parts.map(({ start, end }, row) => ({
          start,
          end,
          probabilities: without.probabilities[row] ?? [],
        })),
      );
    }
    return {
      modelId: manifest.id,
      source,
      probabilities: whole.probabilities[0] ?? [],
      omissions: results.sort((a, b) => a.start - b.start),
      dropped: tokens.length - source.length,
      device,
      runMs,
    };
  }

  /** Checks the graph against the manifest. @throws EngineError `model-invalid`, and those of `Session.run`. */
  async smokeTest(): Promise<void> {
    const { logits } = await this.#run(
      [[this.#begin, this.#model.manifest.vocabSize - 1]],
      undefined,
    );
    largestLogit(logits); // Refuses what is no number.
  }

  /** The probabilities of the classes for each row; all rows have the same number of tokens. */
  async #probabilities(rows: readonly (readonly Token[])[], signal: AbortSignal | undefined) {
    const ids = rows.map(row => [this.#begin, ...row.map(({ id }) => id)]);
    const { logits, runMs } = await this.#run(ids, signal);
    const probabilities = rows.map((_, row) =>
      Array.from(logSoftmax(rowOf(logits, row, this.#classCount)), Math.exp),
    );
    return { probabilities, runMs };
  }

  async #run(rows: readonly (readonly number[])[], signal: AbortSignal | undefined) {
    const { inputs, outputs } = classifierGraph;
    const run = await this.#session.run({ [inputs.inputIds]: rows }, [outputs.logits], signal);
    const logits = requireOutput(run, outputs.logits);
    const { id } = this.#model.manifest;
    checkShape(id, 'classes', logits.dims, [rows.length, this.#classCount]);
    return { logits: logits.values, runMs: run.runMs };
  }

  /** Groups the parts for runs: texts of the same length are read side by side. */
  #inRuns(source: readonly Token[], parts: readonly Part[]): readonly (readonly Part[])[] {
    const rows = Math.max(1, Math.floor(maxTokensPerRun / (source.length + 1)));
    const sizes = [...new Set(parts.map(({ tokens }) => tokens.length))];
    return sizes
      .map(size => parts.filter(({ tokens }) => tokens.length === size))
      .flatMap(alike => inGroups(alike, rows));
  }
}

/** All of a text, or its beginning and its end; the token that every text follows is one of the first. */
function halvesOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const first = firstTokens - 1;
  return tokens.length <= first + lastTokens
    ? [tokens]
    : [tokens.slice(0, first), tokens.slice(-lastTokens)];
}

function partsOf(text: string, halves: readonly (readonly Token[])[]): readonly Part[] {
  const words = halves.map(half => wordsOf(text, half));
  const size = Math.ceil(words.flat().length / maxParts);
  return words
    .flatMap(half => inGroups(half, size))
    .map(group => group.flat())
    .flatMap(tokens => {
      const [first, last] = [tokens[0], tokens.at(-1)];
      return first && last ? [{ tokens, start: first.start, end: last.end }] : [];
    });
}

/** Tokens of the same word together, without those of white space. */
function wordsOf(text: string, tokens: readonly Token[]): readonly (readonly Token[])[] {
  const numbers = [...new Set(tokens.map(({ word }) => word))];
  return numbers
    .map(number => tokens.filter(({ word }) => word === number))
    .filter(word => text.slice(word[0]?.start, word.at(-1)?.end).trim() !== '');
}

const inGroups = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
