import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompletionRequest } from '../../src/extension/features/completion/generation';
import type { Generation, StreamedToken } from '../../src/common/protocol/engine/generate';
import { EngineError } from '../../src/common/errors';

/** What the engine is asked for by a suggester. */
export type Generate = (
  request: CompletionRequest,
  options: { readonly signal?: AbortSignal; readonly onToken?: (token: StreamedToken) => void },
) => Promise<Generation>;

interface Recording {
  readonly generation: Generation;
  readonly tokens: readonly StreamedToken[];
}

/**
 * An engine that writes each text once, to its end, and gives it again from a file: rules that choose among what was
 * written are so tried on the same texts in seconds. What the model writes depends on the request and `version`
 * alone.
 *
 * @param version of the model and of the engine's way to write.
 */
export function recordedEngine(folder: string, version: string, generate: Generate): Generate {
  mkdirSync(folder, { recursive: true });
  return async (request, { signal, onToken }) => {
    const key = createHash('sha256').update(version).update(JSON.stringify(request)).digest('hex');
    const path = join(folder, `${key}.json`);
    const { generation, tokens } = existsSync(path)
      ? (JSON.parse(readFileSync(path, 'utf8')) as Recording)
      : await record(path, request, generate);
    for (const token of tokens) {
      if (signal?.aborted) {
        throw new EngineError('cancelled', 'cancelled');
      }
      onToken?.(token);
    }
    if (signal?.aborted) {
      throw new EngineError('cancelled', 'cancelled');
    }
    return generation;
  };
}

async function record(path: string, request: CompletionRequest, generate: Generate) {
  const tokens: StreamedToken[] = [];
  const generation = await generate(request, { onToken: token => tokens.push(token) });
  const recording: Recording = { generation: { ...generation, attentions: [] }, tokens };
  writeFileSync(path, JSON.stringify(recording));
  return recording;
}
