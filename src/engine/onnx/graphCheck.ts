import { EngineError } from '../../common/errors';
import type { Manifest } from '../../common/protocol/manifest';
import type { GraphShape } from './graphs';

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
