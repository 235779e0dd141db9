/** The names and shapes of what graphs take and give, and the check of a graph against them. */

import { EngineError } from '../../common/errors';
import type { Manifest } from '../../common/protocol/manifest';

/**
 * Names of graph inputs and outputs appear in this file only; `training/export` writes them.
 *
 * Ids are int64, switches bool scalars, all else float32. An output that is switched off is not computed, and its
 * first axis is 0. `P` is how many tokens were read before, `K` the size of a head.
 */
export interface GraphShape {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * The graph of an encoder, by the names of `transformers`.
 *
 * inputIds, attentionMask, tokenTypeIds, positionIds: [batch, S].
 * attentions: [L, batch, H, S, S]; hiddenStates: [L + 1, batch, S, D].
 */
export const encoderOnlyGraph = {
  graph: 'encoder',
  inputs: {
    inputIds: 'input_ids',
    attentionMask: 'attention_mask',
    tokenTypeIds: 'token_type_ids',
    positionIds: 'position_ids',
    outputAttentions: 'output_attentions',
    outputHiddenStates: 'output_hidden_states',
  },
  outputs: { attentions: 'attentions', hiddenStates: 'hidden_states' },
} as const;

/** What an encoder with a head has besides: outputLogits, a switch; logitPositions: [N]; logits of these: [batch, N, V]. */
export const encoderHead = {
  outputLogits: 'output_logits',
  logitPositions: 'logit_positions',
  logits: 'logits',
} as const;

/**
 * Gates, which a graph may lack: what they multiply is told in `protocol/engine/ablation.ts`, and 1 changes nothing.
 *
 * heads, crossHeads: [L, H]; feedForwards: [L]. Where a graph takes headRows: [L], heads are [rows, H]: those of the
 * first layer, then those of the second. From the first layer with B rows on it runs B variants of one text, and what
 * these share before is computed once.
 */
export const gateNames = {
  heads: 'head_gates',
  headRows: 'head_gate_rows',
  crossHeads: 'cross_head_gates',
  feedForwards: 'feed_forward_gates',
} as const;

/**
 * The dependency parser beside an encoder.
 *
 * hiddenStates: [L + 1, 1, S, D]; pooling: [U, S], the weights of the tokens in each of U units, of which unit 0 is the
 * root; heads: [U], a unit for each. arcs: [U, U] logits, dependent then head, without a meaning on the diagonal;
 * relations: [U, R] logits, of each unit to the head that was given.
 */
export const parserGraph = {
  graph: 'parser',
  inputs: { hiddenStates: 'hidden_states', pooling: 'pooling', heads: 'heads' },
  outputs: { arcs: 'arcs', relations: 'relations' },
} as const;

/**
 * The first of the two graphs of a translator: reads the source once.
 *
 * inputIds: [batch, S]. attentions: [L, batch, H, S, S]; hiddenStates: [L + 1, batch, S, D]; of an LSTM hiddenStates
 * and cellStates: [L, batch, S, D]. Beside these, tensors named `memory.*`, which stay as they are while the target
 * is written, and `past.*`, the state before the first step; all with the batch as their first axis.
 */
export const translatorEncoder = {
  graph: 'encoder',
  inputs: {
    inputIds: 'input_ids',
    outputAttentions: 'output_attentions',
    outputHiddenStates: 'output_hidden_states',
  },
  outputs: {
    attentions: 'encoder_attentions',
    hiddenStates: 'encoder_hidden_states',
    cellStates: 'encoder_cell_states',
    /** What an LSTM's decoder begins with: [batch, L, D]. */
    pastHidden: 'past.hidden',
    pastCell: 'past.cell',
  },
} as const;

/**
 * The second: writes one token of each hypothesis.
 *
 * inputIds: [batch]; `memory.*` of one sentence, `past.*` of each hypothesis; givenAttention: [batch, S] and its
 * switch, of additive attention. logits: [batch, V]; `present.*`, which are the next `past.*`;
 * decoderAttentions: [L, batch, H, 1, P + 1]; crossAttentions: [L, batch, H, 1, S]; hiddenStates: [L + 1, batch, D];
 * attentionScores: [batch, S]; context: [batch, D].
 */
export const translatorDecoder = {
  graph: 'decoder',
  inputs: {
    inputIds: 'input_ids',
    givenAttention: 'given_attention',
    useGivenAttention: 'use_given_attention',
  },
  outputs: {
    logits: 'logits',
    decoderAttentions: 'decoder_attentions',
    crossAttentions: 'cross_attentions',
    hiddenStates: 'decoder_hidden_states',
    attentionScores: 'attention_scores',
    context: 'context',
    /** The state of an LSTM is what it passes on: [batch, L, D]. */
    presentHidden: 'present.hidden',
    presentCell: 'present.cell',
  },
} as const;

/**
 * The graph of a decoder, by the names of `transformers`.
 *
 * inputIds: [batch, T]. logits: [batch, 1, V], with allLogits [batch, T, V]; attentions: [L, batch, H, T, P + T];
 * hiddenStates: [L + 1, batch, T, D]; with outputLens, lens: [L + 1, batch, V] of the last token, which a graph may
 * lack. Beside these, keys and values, which each architecture passes on in its own way.
 */
export const decoderOnlyGraph = {
  graph: 'decoder',
  inputs: {
    inputIds: 'input_ids',
    allLogits: 'all_logits',
    outputAttentions: 'output_attentions',
    outputHiddenStates: 'output_hidden_states',
    outputLens: 'output_lens',
  },
  outputs: {
    logits: 'logits',
    attentions: 'attentions',
    hiddenStates: 'hidden_states',
    lens: 'lens_logits',
  },
} as const;

/**
 * Transformers take `past_key_values.*`: [batch, G, slots, K], of which the first pastLength: [1] count, and give the
 * keys and values of the new tokens alone, newKeyValues: [2 L batch, G, T, K], in the order of the inputs. G is the
 * number of heads, or less where several share keys and values.
 */
export const paddedCacheNames = {
  pastLength: 'past_length',
  newKeyValues: 'new_key_values',
} as const;

/**
 * An LSTM takes inputIds: [batch], one token of each row, and knows no switches: it gives logits: [batch, V] and the
 * state that the token left, `present.*`: [batch, L, D], which is the next `past.*`.
 */
export const recurrentStateNames = { hidden: 'present.hidden', cell: 'present.cell' } as const;

/** The graph that classifies a whole text. inputIds: [batch, T]; logits: [batch, C], of C classes. */
export const classifierGraph = {
  graph: 'classifier',
  inputs: { inputIds: 'input_ids' },
  outputs: { logits: 'logits' },
} as const;

/** The file that a graph without weights names as their place. */
export const weightsLocation = 'w';

/** Keys and values of all layers, as a decoder-only graph takes them. */
export const pastNames = (layers: number): readonly string[] =>
  Array.from({ length: layers }, (_, layer) => [
    `past_key_values.${layer}.key`,
    `past_key_values.${layer}.value`,
  ]).flat();

/** Whether a tensor belongs to what the encoder of a translator computes once. */
export const isMemory = (name: string): boolean => name.startsWith('memory.');
/** Whether a tensor is a state that a step starts from. */
export const isPast = (name: string): boolean =>
  name.startsWith('past.') || name.startsWith('past_key_values.');
/** The outputs that a graph's next step reads, each with the name of the input: `present.keys`, `past.keys`. */
export function stateOutputs({ inputs, outputs }: GraphShape): ReadonlyMap<string, string> {
  const pasts = new Map(inputs.filter(isPast).map(name => [name.replace(/^\w+\./, ''), name]));
  return new Map(
    outputs.flatMap(output => {
      const past = output.startsWith('present.') ? pasts.get(output.slice(8)) : undefined;
      return past === undefined ? [] : [[output, past] as const];
    }),
  );
}

/** What the translators of each kind pass from graph to graph, and what they take and give beside that. */
const translators = {
  lstm: {
    memory: [],
    past: ['hidden', 'cell'],
    encoder: { inputs: [], outputs: [translatorEncoder.outputs.cellStates] },
    decoder: { inputs: [], outputs: [] },
  },
  'lstm-attention': {
    memory: ['keys', 'values'],
    past: ['hidden', 'cell'],
    encoder: { inputs: [], outputs: [translatorEncoder.outputs.cellStates] },
    decoder: {
      inputs: [translatorDecoder.inputs.givenAttention, translatorDecoder.inputs.useGivenAttention],
      outputs: [
        translatorDecoder.outputs.crossAttentions,
        translatorDecoder.outputs.attentionScores,
        translatorDecoder.outputs.context,
      ],
    },
  },
  transformer: {
    memory: ['keys', 'values'],
    past: ['keys', 'values'],
    encoder: {
      inputs: [translatorEncoder.inputs.outputAttentions],
      outputs: [translatorEncoder.outputs.attentions],
    },
    decoder: {
      inputs: [],
      outputs: [
        translatorDecoder.outputs.decoderAttentions,
        translatorDecoder.outputs.crossAttentions,
        translatorDecoder.outputs.hiddenStates,
      ],
    },
  },
} as const;

function translatorGraphs(kind: keyof typeof translators): Record<string, GraphShape> {
  const { memory, past, encoder, decoder } = translators[kind];
  const memories = memory.map(name => `memory.${name}`);
  const pasts = past.map(name => `past.${name}`);
  const { inputs: read, outputs: seen } = translatorEncoder;
  const { inputs: step, outputs: written } = translatorDecoder;
  return {
    [translatorEncoder.graph]: {
      inputs: [read.inputIds, read.outputHiddenStates, ...encoder.inputs],
      outputs: [...memories, ...pasts, seen.hiddenStates, ...encoder.outputs],
    },
    [translatorDecoder.graph]: {
      inputs: [step.inputIds, ...memories, ...pasts, ...decoder.inputs],
      outputs: [written.logits, ...past.map(name => `present.${name}`), ...decoder.outputs],
    },
  };
}

function decoderOnlyGraphs(layers: number): Record<string, GraphShape> {
  const { inputs, outputs } = decoderOnlyGraph;
  const needed = Object.values(inputs).filter(name => name !== inputs.outputLens);
  const given = Object.values(outputs).filter(name => name !== outputs.lens);
  return {
    [decoderOnlyGraph.graph]: {
      inputs: [...needed, paddedCacheNames.pastLength, ...pastNames(layers)],
      outputs: [...given, paddedCacheNames.newKeyValues],
    },
  };
}

function recurrentGraphs(): Record<string, GraphShape> {
  const { graph, inputs, outputs } = decoderOnlyGraph;
  const presents = Object.values(recurrentStateNames);
  const pasts = presents.map(name => name.replace('present', 'past'));
  return {
    [graph]: { inputs: [inputs.inputIds, ...pasts], outputs: [outputs.logits, ...presents] },
  };
}

function classifierGraphs(): Record<string, GraphShape> {
  const { graph, inputs, outputs } = classifierGraph;
  return { [graph]: { inputs: Object.values(inputs), outputs: Object.values(outputs) } };
}

/**
 * The graphs that a model must have, by name, with the inputs and outputs that each must at least declare.
 *
 * @throws EngineError `model-invalid` for a kind that cannot be run.
 */
export function requiredGraphs(manifest: Manifest): Readonly<Record<string, GraphShape>> {
  const { family, architecture, layers } = manifest;
  if (family === 'encoder-only' && architecture === 'bert') {
    const { graph, inputs, outputs } = encoderOnlyGraph;
    return {
      [graph]: { inputs: Object.values(inputs), outputs: Object.values(outputs) },
      ...(manifest.parser && {
        [parserGraph.graph]: {
          inputs: Object.values(parserGraph.inputs),
          outputs: Object.values(parserGraph.outputs),
        },
      }),
    };
  }
  if (family === 'encoder-decoder' && architecture in translators) {
    // `in` has checked it, which the compiler does not see.
    return translatorGraphs(architecture as keyof typeof translators);
  }
  if (family === 'decoder-only' && (architecture === 'gpt2' || architecture === 'llama')) {
    return decoderOnlyGraphs(layers);
  }
  if (family === 'decoder-only' && architecture === 'lstm') {
    return { ...recurrentGraphs(), ...(manifest.classes && classifierGraphs()) };
  }
  throw new EngineError(
    'model-invalid',
    `Models of the family ${family} with the architecture ${architecture} cannot be run.`,
  );
}

/**
 * Compares what a graph takes and gives with what its family needs; more is allowed.
 *
 * @param name of the graph in the manifest.
 * @throws EngineError `model-invalid` with both lists.
 */
export function checkGraph(
  { id, family, architecture }: Manifest,
  name: string,
  needed: GraphShape,
  graph: GraphShape,
): void {
  for (const side of ['inputs', 'outputs'] as const) {
    const missing = needed[side].filter(each => !graph[side].includes(each));
    if (missing.length > 0) {
      throw new EngineError(
        'model-invalid',
        `The graph "${name}" of ${id} lacks the ${side} ${missing.join(', ')}: a model of the family ` +
          `${family} (${architecture}) needs ${needed[side].join(', ')}; the graph has ${graph[side].join(', ')}.`,
      );
    }
  }
}

/** Compares the shape of an output with what the manifest promises. @throws EngineError `model-invalid` with both. */
export function checkShape(
  modelId: string,
  what: string,
  actual: readonly number[] | undefined,
  promised: readonly number[],
): void {
  if (actual?.join() !== promised.join()) {
    throw new EngineError(
      'model-invalid',
      `The manifest of ${modelId} promises ${what} of the shape [${promised.join(', ')}]; the graph gives [${actual?.join(', ') ?? ''}].`,
    );
  }
}
