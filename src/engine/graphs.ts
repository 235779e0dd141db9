import type { Manifest } from '../shared/manifest';
import { EngineError } from '../shared/errors';

/** Names of graph inputs and outputs appear in this file only; `training/export` writes them. */
interface GraphShape {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * The graph of an encoder, by the names of `transformers`.
 *
 * inputIds, attentionMask, tokenTypeIds, positionIds: int64 [batch, S]; the two switches: bool, scalar.
 * lastHiddenState: float32 [batch, S, D]; attentions: [L, batch, H, S, S]; hiddenStates: [L + 1, batch, S, D].
 * An output that is switched off is not computed, and its first axis is 0.
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
  outputs: {
    lastHiddenState: 'last_hidden_state',
    attentions: 'attentions',
    hiddenStates: 'hidden_states',
  },
} as const;

const families: Partial<
  Record<Manifest['family'], { readonly graph: string; readonly shape: GraphShape }>
> = {
  'encoder-only': {
    graph: encoderOnlyGraph.graph,
    shape: {
      inputs: Object.values(encoderOnlyGraph.inputs),
      outputs: Object.values(encoderOnlyGraph.outputs),
    },
  },
};

/**
 * The name of the graph that a model of this family must have.
 *
 * @throws EngineError `model-invalid` when the manifest does not name it, or the family cannot be run yet.
 */
export function requiredGraph(manifest: Manifest): string {
  const family = families[manifest.family];
  if (!family) {
    throw new EngineError(
      'model-invalid',
      `Models of the family ${manifest.family} cannot be run.`,
    );
  }
  if (!(family.graph in manifest.files.graphs)) {
    throw new EngineError(
      'model-invalid',
      `The manifest of ${manifest.id} names no graph "${family.graph}". Reinstall the extension or the model.`,
    );
  }
  return family.graph;
}

/**
 * Compares what a session takes and gives with what its family needs; more is allowed.
 *
 * @throws EngineError `model-invalid` with both lists.
 */
export function checkGraph(manifest: Manifest, session: GraphShape): void {
  const needed = families[manifest.family]?.shape;
  for (const side of ['inputs', 'outputs'] as const) {
    const missing = needed?.[side].filter(name => !session[side].includes(name)) ?? [];
    if (missing.length > 0) {
      throw new EngineError(
        'model-invalid',
        `The graph of ${manifest.id} lacks the ${side} ${missing.join(', ')}: a model of the family ` +
          `${manifest.family} needs ${needed?.[side].join(', ')}; the graph has ${session[side].join(', ')}.`,
      );
    }
  }
}

/** Compares the shape of an output with what the manifest promises. @throws EngineError `model-invalid` with both. */
export function checkShape(
  modelId: string,
  what: string,
  actual: readonly number[],
  promised: readonly number[],
): void {
  if (actual.join() !== promised.join()) {
    throw new EngineError(
      'model-invalid',
      `The manifest of ${modelId} promises ${what} of the shape [${promised.join(', ')}]; the graph gives [${actual.join(', ')}].`,
    );
  }
}
