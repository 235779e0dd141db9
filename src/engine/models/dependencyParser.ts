/** The dependency parser beside an encoder: it reads the encoder's states, and gives each sentence a tree. */

import { bestTree } from '../../common/attention/arborescence';
import { type Word, groupByWord } from '../../common/attention/wordAttention';
import { logSoftmax, logSumOf, rowOf } from '../../common/math/logits';
import type { AnalyzeRequest, Dependency } from '../../common/protocol/engine/analyze';
import type { Token } from '../../common/protocol/engine/types';
import { sentencesIn } from '../../common/text/sentences';
import { checkShape, parserGraph } from '../onnx/graphs';
import { type Output, requireOutput, type RunnableGraph } from '../onnx/tensors';
import type { OpenModel } from './model';

const { inputs, outputs } = parserGraph;

/**
 * Scores arcs and relations between words, and takes the best tree of each sentence.
 *
 * A word is the mean of its tokens; the root of a sentence is read off the first token of the text, `[CLS]`.
 *
 * @see Dozat and Manning, arXiv:1611.01734, equations 4 to 9; Chu and Liu 1965, Edmonds 1967 for the tree
 */
export class DependencyParser {
  readonly #modelId: string;
  readonly #relations: readonly string[];
  readonly #graph: RunnableGraph;

  constructor({ manifest, session }: OpenModel) {
    this.#modelId = manifest.id;
    this.#relations = manifest.parser?.relations ?? [];
    this.#graph = session(parserGraph.graph);
  }

  /**
   * @param tokens as the model read them.
   * @param hiddenStates of the encoder, [L + 1, 1, S, D].
   * @returns one for each word, in order.
   * @throws EngineError those of `Session.run`.
   */
  async parse(
    { text, textPair }: Pick<AnalyzeRequest, 'text' | 'textPair'>,
    tokens: readonly Token[],
    hiddenStates: Output,
    signal?: AbortSignal,
  ): Promise<readonly Dependency[]> {
    const parsed: Dependency[] = [];
    for (const words of sentencesOf(tokens, [text, textPair ?? ''])) {
      // A text of many sentences would else be copied twice for each.
      const read = [0, ...words.flatMap(one => one.tokens)];
      const feed = {
        [inputs.hiddenStates]: statesOf(hiddenStates, read),
        [inputs.pooling]: poolingOf(words),
      };
      const run = async (heads: readonly number[], output: string) =>
        requireOutput(
          await this.#graph.run({ ...feed, [inputs.heads]: heads }, [output], signal),
          output,
        ).values;
      const units = words.length + 1;
      const arcs = headLogProbabilities(await run(Array(units).fill(0), outputs.arcs), units);
      const heads = bestTree({ units, scores: arcs });
      // The root's own relation is never read.
      const logits = await run([0, ...heads.slice(1)], outputs.relations);
      parsed.push(
        ...words.map(({ word }, index): Dependency => {
          const unit = index + 1;
          const head = heads[unit] ?? 0;
          const row = logSoftmax(rowOf(logits, unit, this.#relations.length));
          const relation = row.indexOf(Math.max(...row));
          return {
            word,
            head: words[head - 1]?.word ?? -1,
            relation: this.#relations[relation] ?? '',
            headProbability: Math.exp(arcs[unit * units + head] ?? -Infinity),
            relationProbability: Math.exp(row[relation] ?? -Infinity),
          };
        }),
      );
    }
    return parsed;
  }

  /** Compares the shapes of what the graph gives with the manifest. @throws EngineError `model-invalid` */
  async smokeTest(hiddenStates: Output): Promise<void> {
    const tokens = hiddenStates.dims[2] ?? 0;
    const words = Array.from({ length: tokens - 1 }, (_, index) => ({
      word: index,
      tokens: [index + 1],
    }));
    const run = await this.#graph.run(
      {
        [inputs.hiddenStates]: hiddenStates,
        [inputs.pooling]: poolingOf(words),
        [inputs.heads]: Array(tokens).fill(0),
      },
      Object.values(outputs),
    );
    const [arcs, relations] = [outputs.arcs, outputs.relations].map(name =>
      requireOutput(run, name),
    );
    checkShape(this.#modelId, 'arcs', arcs?.dims, [tokens, tokens]);
    checkShape(this.#modelId, 'relations', relations?.dims, [tokens, this.#relations.length]);
  }
}

/** The words of each sentence of each text; a word is of the sentence that it begins in. */
function sentencesOf(tokens: readonly Token[], texts: readonly string[]): Word[][] {
  const endsOf = texts.map(text => {
    let end = 0;
    return sentencesIn(text).map(sentence => (end += sentence.length));
  });
  const sentences = new Map<string, Word[]>();
  for (const word of groupByWord(tokens)) {
    const { segment = 0, start = 0 } = tokens[word.tokens[0] ?? 0] ?? {};
    const name = `${segment}.${endsOf[segment]?.findIndex(end => start < end)}`;
    sentences.set(name, [...(sentences.get(name) ?? []), word]);
  }
  return [...sentences.values()];
}

/** The states of some tokens, in this order: [L + 1, 1, these, D]. */
function statesOf({ dims, values }: Output, tokens: readonly number[]): Output {
  const [states = 0, , count = 0, size = 0] = dims;
  const taken = new Float32Array(states * tokens.length * size);
  for (let state = 0; state < states; state++) {
    for (const [place, token] of tokens.entries()) {
      const from = (state * count + token) * size;
      taken.set(values.subarray(from, from + size), (state * tokens.length + place) * size);
    }
  }
  return { dims: [states, 1, tokens.length, size], values: taken };
}

/** The weights of [CLS] and the tokens of words, in order, in each unit: [CLS] is the root, a word the mean of its tokens. */
function poolingOf(words: readonly Word[]): Output {
  const tokenCount = 1 + words.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const values = new Float32Array((words.length + 1) * tokenCount);
  values[0] = 1;
  let token = 1;
  for (const [index, { tokens }] of words.entries()) {
    const start = (index + 1) * tokenCount + token;
    values.fill(1 / tokens.length, start, start + tokens.length);
    token += tokens.length;
  }
  return { dims: [words.length + 1, tokenCount], values };
}

/** Logits [U, U] as log-probabilities of the heads of each unit, which is no head of its own. */
function headLogProbabilities(logits: Float32Array, units: number): Float64Array {
  const sums = Array.from({ length: units }, (_, unit) =>
    logSumOf(rowOf(logits, unit, units).filter((__, head) => head !== unit)),
  );
  return Float64Array.from(
    logits,
    (logit, index) => logit - (sums[Math.floor(index / units)] ?? 0),
  );
}
