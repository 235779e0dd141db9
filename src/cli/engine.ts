/** Where the command line begins: runs the engine and prints its results as JSON. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzip } from '../common/engineClient/modelFolder';
import { capabilitiesOf } from '../common/protocol/engine/capabilities';
import { EngineClient } from '../common/engineClient/engineClient';
import { EngineError } from '../common/errors';
import { engineFiles, engineThreads, startWorker } from '../extension/engine/platform';
import { ablate } from './ablate';
import { readArguments } from './arguments';
import { complete } from './complete';
import { rankHeads } from './heads';
import { jsonChunks } from './json';
import { messagesOf } from './values';
import {
  findModelFolder,
  listModels,
  readBuffer,
  readManifest,
  readModelFolder,
  readTokenizer,
} from './modelFolder';
import type { Arguments, Source } from './verbs';

/** The command-line door to the engine: results to stdout as JSON, one document a line; progress to stderr. */
async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args.verb === 'help') {
    process.stderr.write(args.text);
    return;
  }
  const modelsDir = modelsDirOf(args);
  if (args.verb === 'models') {
    const manifests = await listModels(modelsDir);
    await print(manifests.map(manifest => ({ ...manifest, can: capabilitiesOf(manifest) })));
    return;
  }
  const texts = await readTexts(args.verb === 'complete' ? { ...args, lines: false } : args.source);
  const client = startEngine(modelsDir, args);
  try {
    if (args.verb !== 'tokenize') {
      const { device, reason, loadMs } = await client.load(args.model);
      const ms = Math.round(loadMs);
      process.stderr.write(`${args.model} was loaded in ${ms} ms; device: ${device} (${reason})\n`);
    }
    for (const text of texts) {
      await print(await answer(client, args, text).catch(asFailure));
    }
  } finally {
    client.end();
  }
}

const modelsDirOf = ({ modelsDir }: { readonly modelsDir: string | undefined }) =>
  modelsDir ?? join(__dirname, '..', 'models');

function startEngine(
  modelsDir: string,
  { device, threads }: Pick<Question, 'device' | 'threads'>,
): EngineClient {
  const { worker, wasm } = engineFiles();
  return new EngineClient(
    {
      threads: () => engineThreads(threads),
      startWorker: () => startWorker({ fsPath: join(__dirname, worker) }),
      readWasm: async () => gunzip(await readBuffer(join(__dirname, wasm))),
      readModel: async modelId => readModelFolder(await findModelFolder(modelsDir, modelId)),
      readTokenizer: async modelId => readTokenizer(await findModelFolder(modelsDir, modelId)),
    },
    { device },
  );
}

type Question = Exclude<Arguments, { verb: 'help' | 'models' }>;

async function answer(client: EngineClient, args: Question, text: string): Promise<object> {
  if (args.verb === 'complete') {
    const { model: modelId, file: path, line, column, invoked: isInvoked } = args;
    return complete(client, { modelId, path, text, position: { line, column }, isInvoked });
  }
  const request = { modelId: args.model, text };
  switch (args.verb) {
    case 'tokenize':
      return client.tokenize({
        ...request,
        textPair: args.pair,
        stepsOf: args.steps ? 'all' : undefined,
      });
    case 'analyze':
      return client.analyze({
        ...request,
        textPair: args.pair,
        windowStart: args.windowStart,
        hiddenStates: args.hiddenStates,
        targetText: args.target,
        beams: args.beams,
        top: args.top,
        masked: args.masked,
      });
    case 'generate': {
      const { strategy, maxNewTokens, stop, top, attention, tree, loopGuard } = args;
      return client.generate({
        modelId: args.model,
        ...(args.chat ? { messages: messagesOf(text) } : { text }),
        ...{ strategy, maxNewTokens, stop, top, attention, tree, loopGuard },
      });
    }
    case 'score':
      return client.score({ ...request, targetText: args.target, top: args.top });
    case 'predict': {
      const { appended, top, logitLens, watched } = args;
      const { logits, ...prediction } = await client.predict({
        ...request,
        ...{ appended, top, logitLens, trackedToken: watched },
      });
      return args.logits ? { ...prediction, logits } : prediction;
    }
    case 'heads':
      return rankHeads(client, { ...request, textPair: args.pair }, args);
    case 'ablate': {
      const manifest = await readManifest(await findModelFolder(modelsDirOf(args), args.model));
      return ablate(client, manifest, { ...args, text });
    }
    case 'classify':
      return client.classify({ ...request, omissions: args.omissions });
  }
}

/** @throws EngineError `input-invalid` when the file cannot be read as text. */
async function readTexts(source: Source): Promise<readonly string[]> {
  if ('text' in source) {
    return [source.text];
  }
  const bytes = await readFile(source.file).catch((cause: unknown) => {
    throw new EngineError('input-invalid', `${source.file} cannot be read. Is it there?`, {
      cause,
    });
  });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new EngineError(
      'input-invalid',
      `${source.file} is not text in UTF-8. Name a text file, or save it as UTF-8.`,
      { cause },
    );
  }
  return source.lines ? text.replace(/\r?\n$/, '').split(/\r?\n/) : [text];
}

async function print(value: unknown): Promise<void> {
  for (const chunk of jsonChunks(value)) {
    if (!process.stdout.write(chunk)) {
      await once(process.stdout, 'drain');
    }
  }
  process.stdout.write('\n');
}

/** What is printed for a failure; the command fails, but what is left of its work goes on. */
function asFailure(error: unknown): { readonly error: { code: string; message: string } } {
  process.exitCode = 1;
  const { code, message } = EngineError.is(error)
    ? error
    : new EngineError('internal', String(error), { cause: error });
  return { error: { code, message } };
}

// A reader that has seen enough (`| head`) closes the pipe: nobody is left to tell.
process.stdout.on('error', () => process.exit(1));
main().catch((error: unknown) => print(asFailure(error)));
