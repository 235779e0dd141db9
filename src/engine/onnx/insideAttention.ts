/** The tensors inside a layer of attention: their names in the graphs of each architecture, and the vectors of its heads. */

import { EngineError } from '../../common/errors';
import type { Manifest } from '../../common/protocol/manifest';
import type {
  Attention,
  AttentionLayer,
  InsideAttention,
  Rows,
} from '../../common/protocol/engine/types';
import { type GraphShape, translatorDecoder } from './graphs';
import { headsFirst, type Output, partHeads, stackHeads } from './tensors';

/** Names of the tensors of a layer that its attention is made from, and of what it makes. */
interface InsideNames {
  readonly queries: string;
  readonly keys: string;
  readonly values: string;
  readonly outputs: string;
  /** Queries and keys before rotary positions turn them: [batch, T, (H + G) K]. */
  readonly beforeRotation?: string | undefined;
  /** What brings the outputs of all heads into the residual stream: [H K, D]. Unnamed where a graph cannot give it. */
  readonly projection?: string | undefined;
  /** The vector that makes a number of a sum of query and key, of additive attention: [A, 1]. */
  readonly scoreVector?: string | undefined;
}

/**
 * Tensors inside a layer of attention, which are outputs of graphs only through `graphTaps.ts`.
 *
 * Of a translator's Transformer: queries, outputs [batch, H, queries, K]; keys, values [batch, H, keys, K]. Of BERT the
 * same, but keys [batch, S, H, K]. Of decoder-only models those of the tokens that are read, [batch, H, T, K], of which
 * keys and values may have fewer heads. Of additive attention queries [batch, A], keys [1, S, A], values [1, S, 2 C],
 * outputs [batch, 2 C].
 *
 * @returns undefined where the model has no such layer.
 */
function insideNames(
  { architecture, layers }: Pick<Manifest, 'architecture' | 'layers'>,
  { kind, layer }: AttentionLayer,
): InsideNames | undefined {
  const kinds = insideKinds[architecture] ?? [];
  return kinds.includes(kind) && layer >= 0 && layer < (architecture === additive ? 1 : layers)
    ? namesInside(architecture, kind, layer, layer === layers - 1)
    : undefined;
}

const additive = 'lstm-attention';

const insideKinds: Readonly<Record<string, readonly Attention['kind'][]>> = {
  bert: ['encoder'],
  gpt2: ['decoder'],
  llama: ['decoder'],
  transformer: ['encoder', 'decoder', 'cross'],
  [additive]: ['cross'],
};

function namesInside(
  architecture: string,
  kind: Attention['kind'],
  layer: number,
  isLast: boolean,
): InsideNames {
  switch (architecture) {
    case 'bert': {
      const part = `layers.${layer}`;
      // What attention alone does not need of the last layer is computed with the states, in a branch of the graph.
      const [values, outputs] = isLast
        ? ['last_values', 'last_mixed']
        : [`${part}.value.heads`, `${part}.mixed`];
      return {
        ...{ queries: `${part}.query.heads`, keys: `${part}.key.by_head`, values, outputs },
        // A tensor inside a branch can be no output.
        projection: isLast ? undefined : `${part}.projection.weight`,
      };
    }
    case 'gpt2': {
      const part = `h.${layer}.attn`;
      return {
        queries: `${part}.query.heads`,
        keys: `${part}.key.heads`,
        values: `${part}.value.heads`,
        outputs: `${part}.mixed`,
        projection: `${part}.c_proj.weight`,
      };
    }
    case 'llama': {
      const part = `layers.${layer}`;
      return {
        queries: `${part}.query`,
        keys: `${part}.key`,
        values: `${part}.value`,
        outputs: `${part}.mixed_by_head`,
        beforeRotation: `${part}.sequence`,
      };
    }
    case additive:
      return {
        queries: 'query',
        keys: 'memory.keys',
        values: 'memory.values',
        outputs: translatorDecoder.outputs.context,
        scoreVector: 'score',
      };
    default: {
      const side = kind === 'encoder' ? 'encoder' : 'decoder';
      const part = `${side}.${layer}.${kind === 'cross' ? 'cross_attention' : 'attention'}`;
      // A decoder joins what it kept from the steps before with what is new.
      const [keys, values] = kind === 'encoder' ? ['key.heads', 'value.heads'] : ['keys', 'values'];
      return {
        queries: `${part}.query.heads`,
        keys: `${part}.${keys}`,
        values: `${part}.${values}`,
        outputs: `${part}.mixed`,
        projection: `${part}.output.weight`,
      };
    }
  }
}

const listOf = (names: InsideNames): readonly string[] =>
  [
    ...[names.queries, names.keys, names.values, names.outputs],
    ...[names.beforeRotation, names.projection, names.scoreVector],
  ].filter(name => name !== undefined);

/**
 * Names of all tensors inside a model's graphs that become outputs of the graph that has them.
 *
 * @param graph what it takes and gives already.
 */
export function tapsOf(manifest: Manifest, { inputs, outputs }: GraphShape): readonly string[] {
  const kinds = insideKinds[manifest.architecture] ?? [];
  const layers = Array.from({ length: manifest.layers }, (_, layer) => layer);
  return kinds
    .flatMap(kind => layers.flatMap(layer => insideNames(manifest, { kind, layer }) ?? []))
    .flatMap(listOf)
    .filter(name => !inputs.includes(name) && !outputs.includes(name));
}

/** A layer to look inside, and what a run must fetch for it. */
export interface InsideTensors extends AttentionLayer {
  readonly names: InsideNames;
  readonly fetched: readonly string[];
}

/**
 * @returns undefined where none is asked for.
 * @throws EngineError `input-invalid` where the model shows nothing inside this layer.
 */
export function insideTensors(
  manifest: Manifest,
  asked: AttentionLayer | undefined,
  hasOutput: (name: string) => boolean,
): InsideTensors | undefined {
  if (!asked) {
    return undefined;
  }
  const { kind, layer } = asked;
  const names = insideNames(manifest, asked);
  if (!names || !hasOutput(names.queries) || !hasOutput(names.values)) {
    throw new EngineError(
      'input-invalid',
      `${manifest.name} shows nothing inside ${kind} attention of layer ${layer}.`,
    );
  }
  return { kind, layer, names, fetched: listOf(names) };
}

/**
 * The vectors of all heads of a layer.
 *
 * @param partsOf what a run gave by each name, or several runs one after the other, of the tokens that each read.
 * @returns undefined where a run gave not all of them.
 */
export function insideOf(
  { heads, architecture }: Pick<Manifest, 'heads' | 'architecture'>,
  { kind, layer, names }: InsideTensors,
  partsOf: (name: string) => readonly Output[],
): InsideAttention | undefined {
  const parts = (name: string) => partsOf(name).map(withHeads);
  // The last step of a translator has the keys and values of all.
  const looksAt = (name: string) => {
    const all = parts(name);
    return architecture === 'transformer' ? all.slice(-1) : all;
  };
  const keyParts = looksAt(names.keys);
  const queries = stackHeads(parts(names.queries));
  const keys = stackHeads(
    architecture === 'bert' ? keyParts.map(part => headsFirst(part, heads)) : keyParts,
  );
  const values = stackHeads(looksAt(names.values));
  const outputs = stackHeads(parts(names.outputs));
  if (!queries || !keys || !values || !outputs) {
    return undefined;
  }
  // A weight: every run gives the same.
  const [projection] = names.projection === undefined ? [] : partsOf(names.projection);
  const [scoreVector] = names.scoreVector === undefined ? [] : partsOf(names.scoreVector);
  return {
    ...{ kind, layer, queries, keys, values, outputs },
    ...(names.beforeRotation !== undefined && {
      beforeRotation: unrotated(partsOf(names.beforeRotation), queries.shape[0], keys.shape[0]),
    }),
    ...(projection && { projection: rowsOf(projection) }),
    ...(scoreVector && { scoreVector: scoreVector.values }),
  };
}

const rowsOf = ({ dims: [rows = 0, columns = 0], values }: Output): Rows => ({
  shape: [rows, columns],
  values,
});

/** Additive attention has no axis of heads, and its steps none of tokens. */
const withHeads = (output: Output): Output =>
  output.dims.length === 4
    ? output
    : {
        ...output,
        dims: [1, 1, output.dims.length === 2 ? 1 : (output.dims[1] ?? 0), output.dims.at(-1) ?? 0],
      };

/** Queries and keys of parts [1, T, (H + G) K]. */
function unrotated(
  parts: readonly Output[],
  heads: number,
  groups: number,
): InsideAttention['beforeRotation'] {
  const parted = parts.map(part => partHeads(headsFirst(part, heads + groups), heads));
  const queries = stackHeads(parted.map(([first]) => first));
  const keys = stackHeads(parted.map(([, others]) => others));
  return queries && keys && { queries, keys };
}
