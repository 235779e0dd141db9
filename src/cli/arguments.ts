import { parseArgs } from 'node:util';
import { defaultModel } from '../extension/features/completion/options';
import type { Strategy } from '../common/protocol/engine/generate';
import type { DevicePreference } from '../common/protocol/engine/types';
import { EngineError } from '../common/errors';
import { strategyOf } from './strategy';
import { countOf, invalid, optionalCountOf, switchOf } from './values';

export const usage = `npm run -s engine -- <models|tokenize|analyze|generate|score|predict|classify|complete> [options]

  --model <id>               the model's folder in models/
  --text <text>              the text, or
  --text-file <path>         a UTF-8 file with it
  --lines                    every line of the file is a text of its own; one JSON document a line
  --device <wasm|auto>       wasm is all that Node.js has
  --threads <n>              of the processor; by default half of the cores, at most 4
  --models-dir <path>        another folder of models

tokenize, analyze
  --pair <text>              a second text, for a model that reads two

tokenize
  --steps                    give the bytes of each token, and how each word became its tokens

analyze
  --window-start <n>         tokens to leave out before the window
  --hidden-states            give the residual stream too
  --target <text>            the translation to look at; without it the model's own
  --top <n>                  candidates to give for each position
  --mask <n>                 read this token as the mask, by its place in "source"; may be given more than once

generate: the most probable token each time, or
  --beams <n>                the most probable of n texts side by side
  --length-penalty <p>       compare them by log-probability / length ** p; 1 by default
  --temperature <t>          draw from the distribution with this temperature; 1 by default
  --top-k <n>, --top-p <p>   draw from the n most probable, or those that have p together
  --min-p <p>                draw from those that have at least p of the probability of the best
  --repetition-penalty <x>   make tokens that were there before less probable
  --seed <n>                 draw the same again; 0 by default
  --max-new-tokens <n>       end after so many
  --stop <text>              end before this text; may be given more than once
  --top <n>                  candidates to give for each position
  --attention                give attention too
  --tree                     give all that beam search weighed
  --chat <path>              instead of a text: a JSON file of [{"role": "user", "content": "..."}, ...]
  --loop-guard <on|off>      end where the text only repeats itself; on by default with --chat

score
  --target <text>            the translation, or the continuation, to score
  --top <n>                  candidates to give in the place of each token

predict: what comes next
  --append <id>              a token that comes after the text, by its id; may be given more than once
  --top <n>                  candidates to give; 10 by default
  --lens                     give what each layer would say
  --watch <id>               tell where this token stands
  --logits                   give the logits of all tokens

classify
  --omissions                give what the model would say without each word

complete: what the editor would be offered, by --model smollm2 unless another is named
  --file <path>              the file; the end of its name says the language
  --line <n>, --column <n>   the caret, counted from 1, columns in UTF-16 units
  --invoked                  as if asked for by hand: several, and also where text follows on the line`;

interface Common {
  readonly modelsDir: string | undefined;
  readonly model: string;
  readonly source: { readonly text: string } | { readonly file: string; readonly lines: boolean };
  readonly device: DevicePreference;
  /** 0 is automatic. */
  readonly threads: number;
}

export type Arguments =
  | { readonly verb: 'models'; readonly modelsDir: string | undefined }
  | (Common & {
      readonly verb: 'tokenize';
      readonly pair: string | undefined;
      readonly steps: boolean;
    })
  | (Common & {
      readonly verb: 'analyze';
      readonly pair: string | undefined;
      readonly windowStart: number;
      readonly hiddenStates: boolean;
      readonly target: string | undefined;
      readonly top: number;
      readonly masked: readonly number[];
    })
  | (Common & {
      readonly verb: 'generate';
      readonly strategy: Strategy;
      readonly maxNewTokens: number | undefined;
      readonly stop: readonly string[];
      readonly top: number;
      readonly attention: boolean;
      readonly tree: boolean;
      /** Whether the source is of messages, in JSON. */
      readonly chat: boolean;
      readonly loopGuard: boolean | undefined;
    })
  | (Common & {
      readonly verb: 'score';
      readonly target: string | undefined;
      readonly top: number;
    })
  | (Common & {
      readonly verb: 'predict';
      readonly appended: readonly number[];
      readonly top: number | undefined;
      readonly logitLens: boolean;
      readonly watched: number | undefined;
      /** Whether they are printed. */
      readonly logits: boolean;
    })
  | (Common & { readonly verb: 'classify'; readonly omissions: boolean })
  | (Omit<Common, 'source'> & {
      readonly verb: 'complete';
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly invoked: boolean;
    });

/** @throws EngineError `input-invalid` with the usage. */
export function readArguments(args: readonly string[]): Arguments {
  try {
    return read(args);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('input-invalid', `${what}\n\n${usage}`, { cause });
  }
}

function read(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const [verb, ...rest] = positionals;
  const modelsDir = values['models-dir'];
  if (rest.length > 0) {
    throw invalid(`"${rest.join(' ')}" is one word too many; quote the text`);
  }
  if (verb === 'models') {
    return { verb, modelsDir };
  }
  if (verb === 'complete') {
    return readComplete(values);
  }
  if (verb === undefined || !Object.hasOwn(readers, verb)) {
    throw invalid(verb === undefined ? 'a verb is missing' : `"${verb}" is not a verb`);
  }
  if (values.model === undefined) {
    throw invalid('--model is missing');
  }
  const common: Common = {
    modelsDir,
    model: values.model,
    source: sourceOf(verb, values),
    device: deviceOf(values.device),
    threads: countOf('--threads', values.threads),
  };
  // `hasOwn` has told, and the compiler does not see it.
  return readers[verb as keyof typeof readers](common, values);
}

function readComplete(values: Values): Arguments {
  const { file, line, column, invoked } = values;
  if (file === undefined || line === undefined || column === undefined) {
    throw invalid('complete needs --file, --line and --column');
  }
  return {
    verb: 'complete',
    modelsDir: values['models-dir'],
    model: values.model ?? defaultModel,
    device: deviceOf(values.device),
    threads: countOf('--threads', values.threads),
    ...{ file, line: countOf('--line', line), column: countOf('--column', column), invoked },
  };
}

const readers = {
  tokenize: (common: Common, { pair, steps }: Values) => ({
    ...common,
    verb: 'tokenize',
    pair,
    steps,
  }),
  analyze: (common: Common, values: Values) => ({
    ...common,
    verb: 'analyze',
    pair: values.pair,
    windowStart: countOf('--window-start', values['window-start']),
    hiddenStates: values['hidden-states'],
    target: values.target,
    top: countOf('--top', values.top ?? '0'),
    masked: values.mask.map(place => countOf('--mask', place)),
  }),
  generate: (common: Common, values: Values) => ({
    ...common,
    verb: 'generate',
    strategy: strategyOf(values),
    maxNewTokens: optionalCountOf('--max-new-tokens', values['max-new-tokens']),
    stop: values.stop,
    top: countOf('--top', values.top ?? '0'),
    attention: values.attention,
    tree: values.tree,
    chat: values.chat !== undefined,
    loopGuard: switchOf('--loop-guard', values['loop-guard']),
  }),
  score: (common: Common, { target, top }: Values) => ({
    ...common,
    verb: 'score',
    target,
    top: countOf('--top', top ?? '0'),
  }),
  predict: (common: Common, values: Values) => ({
    ...common,
    verb: 'predict',
    appended: values.append.map(id => countOf('--append', id)),
    top: optionalCountOf('--top', values.top),
    logitLens: values.lens,
    watched: optionalCountOf('--watch', values.watch),
    logits: values.logits,
  }),
  classify: (common: Common, { omissions }: Values) => ({ ...common, verb: 'classify', omissions }),
} as const satisfies Record<string, (common: Common, values: Values) => Arguments>;

type Values = ReturnType<typeof parse>['values'];

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      model: { type: 'string' },
      text: { type: 'string' },
      'text-file': { type: 'string' },
      lines: { type: 'boolean', default: false },
      pair: { type: 'string' },
      steps: { type: 'boolean', default: false },
      device: { type: 'string', default: 'auto' },
      threads: { type: 'string', default: '0' },
      'window-start': { type: 'string', default: '0' },
      'hidden-states': { type: 'boolean', default: false },
      target: { type: 'string' },
      top: { type: 'string' },
      mask: { type: 'string', multiple: true, default: [] },
      append: { type: 'string', multiple: true, default: [] },
      lens: { type: 'boolean', default: false },
      watch: { type: 'string' },
      logits: { type: 'boolean', default: false },
      omissions: { type: 'boolean', default: false },
      beams: { type: 'string' },
      'length-penalty': { type: 'string' },
      temperature: { type: 'string' },
      'top-k': { type: 'string' },
      'top-p': { type: 'string' },
      'min-p': { type: 'string' },
      'repetition-penalty': { type: 'string' },
      seed: { type: 'string' },
      'max-new-tokens': { type: 'string' },
      stop: { type: 'string', multiple: true, default: [] },
      attention: { type: 'boolean', default: false },
      tree: { type: 'boolean', default: false },
      chat: { type: 'string' },
      'loop-guard': { type: 'string' },
      'models-dir': { type: 'string' },
      file: { type: 'string' },
      line: { type: 'string' },
      column: { type: 'string' },
      invoked: { type: 'boolean', default: false },
    },
  });
}

function sourceOf(verb: string, values: Values): Common['source'] {
  const { text, 'text-file': textFile, chat, lines } = values;
  if (chat !== undefined && verb !== 'generate') {
    throw invalid('--chat is for generate');
  }
  const given = [text, textFile, chat].filter(source => source !== undefined);
  if (given.length !== 1) {
    throw invalid('give either --text or --text-file, or to generate --chat');
  }
  const file = textFile ?? chat;
  if (file !== undefined) {
    return { file, lines };
  }
  if (lines) {
    throw invalid('--lines needs a file');
  }
  return { text: text ?? '' };
}

function deviceOf(device: string): DevicePreference {
  if (device !== 'auto' && device !== 'wasm' && device !== 'webgpu') {
    throw invalid(`--device ${device} is not wasm, webgpu or auto`);
  }
  return device;
}
