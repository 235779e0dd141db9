import { parseArgs } from 'node:util';
import { EngineError } from '../shared/errors';
import type { DevicePreference } from '../shared/engineApi';

export const usage = `npm run -s engine -- <models|tokenize|analyze> [options]

  --model <id>           the model's folder in models/
  --text <text>          the text, or
  --text-file <path>     a UTF-8 file with it
  --lines                every line of the file is a text of its own; one JSON document a line
  --pair <text>          a second text
  --device <wasm|auto>   wasm is all that Node.js has
  --window-start <n>     tokens to leave out before the window
  --hidden-states        give the residual stream too
  --models-dir <path>    another folder of models`;

export type Arguments =
  | { readonly verb: 'models'; readonly modelsDir: string | undefined }
  | {
      readonly verb: 'tokenize' | 'analyze';
      readonly modelsDir: string | undefined;
      readonly model: string;
      readonly source:
        { readonly text: string } | { readonly file: string; readonly lines: boolean };
      readonly pair: string | undefined;
      readonly device: DevicePreference;
      readonly windowStart: number;
      readonly hiddenStates: boolean;
    };

/** @throws EngineError `input-invalid` with the usage. */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const [verb, ...rest] = positionals;
  const modelsDir = values['models-dir'];
  if (rest.length > 0) {
    throw invalid(`"${rest.join(' ')}" is one word too many; quote the text`);
  }
  if (verb === 'models') {
    return { verb, modelsDir };
  }
  if (verb !== 'tokenize' && verb !== 'analyze') {
    throw invalid(verb === undefined ? 'a verb is missing' : `"${verb}" is not a verb`);
  }
  if (values.model === undefined) {
    throw invalid('--model is missing');
  }
  return {
    verb,
    modelsDir,
    model: values.model,
    source: sourceOf(values),
    pair: values.pair,
    device: deviceOf(values.device),
    windowStart: countOf('--window-start', values['window-start']),
    hiddenStates: values['hidden-states'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        model: { type: 'string' },
        text: { type: 'string' },
        'text-file': { type: 'string' },
        lines: { type: 'boolean', default: false },
        pair: { type: 'string' },
        device: { type: 'string', default: 'auto' },
        'window-start': { type: 'string', default: '0' },
        'hidden-states': { type: 'boolean', default: false },
        'models-dir': { type: 'string' },
      },
    });
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause));
  }
}

function sourceOf({ text, 'text-file': file, lines }: ReturnType<typeof parse>['values']) {
  if ((text === undefined) === (file === undefined)) {
    throw invalid('give either --text or --text-file');
  }
  if (file !== undefined) {
    return { file, lines };
  }
  if (lines) {
    throw invalid('--lines needs --text-file');
  }
  return { text: text ?? '' };
}

function deviceOf(device: string): DevicePreference {
  if (device !== 'auto' && device !== 'wasm' && device !== 'webgpu') {
    throw invalid(`--device ${device} is not wasm, webgpu or auto`);
  }
  return device;
}

function countOf(option: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) {
    throw invalid(`${option} ${value} is not a count`);
  }
  return Number(value);
}

const invalid = (what: string) => new EngineError('input-invalid', `${what}\n\n${usage}`);
