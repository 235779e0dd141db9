/** The verbs of the command line, each with its options. */
import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { Strategy } from '../common/protocol/engine/generate';
import type { Attention, DevicePreference } from '../common/protocol/engine/types';
import { defaultModel } from '../extension/features/completion/options';
import { count, decimal, each, none, partList, type PartName, strategyOf } from './values';

/** Where the text is. */
export type Source = { readonly text: string } | { readonly file: string; readonly lines: boolean };

interface Common {
  readonly modelsDir: string | undefined;
  readonly model: string;
  readonly source: Source;
  readonly device: DevicePreference;
  /** 0 is automatic. */
  readonly threads: number;
}

/** Parts count from 1. */
export interface AblateOptions {
  readonly heads: readonly PartName[];
  readonly feedForwards: readonly PartName[];
  readonly layers: readonly PartName[];
  readonly eachHead: boolean;
  readonly gate: number;
  readonly pair: string | undefined;
  readonly masked: number | undefined;
  readonly target: string | undefined;
  readonly watched: number | undefined;
  readonly contrast: readonly number[];
  readonly top: number;
}

export type Arguments =
  | { readonly verb: 'help'; readonly text: string }
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
      readonly beams: number | undefined;
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
  | (Common & {
      readonly verb: 'heads';
      readonly pair: string | undefined;
      readonly kind: Attention['kind'] | undefined;
      /** Two words of the text, whose links are looked for. */
      readonly from: string | undefined;
      readonly to: string | undefined;
    })
  | (Common & { readonly verb: 'ablate' } & AblateOptions)
  | (Omit<Common, 'source'> & {
      readonly verb: 'complete';
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly invoked: boolean;
    });

/** Is called with what was read, once its options are known to fit together. */
type Take = (args: Arguments) => void;

function models(program: Command, take: Take): void {
  program
    .command('models')
    .description('List the models, and what each can do.')
    .option('--models-dir <path>', 'another folder of models')
    .action(({ modelsDir }) => take({ verb: 'models', modelsDir }));
}

function tokenize(program: Command, take: Take): void {
  textVerb(program, 'tokenize', 'Cut a text into tokens, with their places in it.')
    .option('--pair <text>', 'a second text, for a model that reads two')
    .option('--steps', 'give the bytes of each token, and how each word became its tokens')
    .action(({ pair, steps = false, ...rest }) =>
      take({ verb: 'tokenize', ...commonOf(rest), pair, steps }),
    );
}

function analyze(program: Command, take: Take): void {
  textVerb(program, 'analyze', 'Show where a model looks in a text: its attention.')
    .option('--pair <text>', 'a second text, for a model that reads two')
    .option('--window-start <n>', 'tokens to leave out before the window', count, 0)
    .option('--hidden-states', 'give the residual stream too')
    .option('--target <text>', "the translation to look at; without it the model's own")
    .option('--beams <n>', 'hypotheses of the search for that translation; 5 by default', count)
    .option('--top <n>', 'candidates to give for each position', count, 0)
    .addOption(
      several('--mask <n>', 'read this token as the mask, by its place in "source"')
        .argParser(each(count))
        .default(none, 'none'),
    )
    .action(options =>
      take({
        verb: 'analyze',
        ...commonOf(options),
        pair: options.pair,
        windowStart: options.windowStart,
        hiddenStates: options.hiddenStates ?? false,
        target: options.target,
        beams: options.beams,
        top: options.top,
        masked: options.mask,
      }),
    );
}

function generate(program: Command, take: Take): void {
  textVerb(program, 'generate', 'Let a model write: greedily, by beam search or by sampling.')
    .addOption(
      new Option(
        '--chat <path>',
        'or a JSON file of [{"role": "user", "content": "..."}, ...]',
      ).conflicts(['text', 'textFile']),
    )
    .option('--max-new-tokens <n>', 'end after so many', count)
    .addOption(
      several('--stop <text>', 'end before this text')
        .argParser(each(String))
        .default(none, 'none'),
    )
    .addOption(
      new Option(
        '--loop-guard <switch>',
        'end where the text only repeats itself; on by default with --chat',
      ).choices(['on', 'off']),
    )
    .option('--top <n>', 'candidates to give for each position', count, 0)
    .option('--attention', 'give attention too')
    .optionsGroup('Beam search:')
    .addOption(
      new Option('--beams <n>', 'write n texts side by side and take the most probable')
        .argParser(count)
        .conflicts(['temperature', 'topK', 'topP', 'minP', 'repetitionPenalty', 'seed']),
    )
    .option(
      '--length-penalty <p>',
      'compare them by log-probability / length ** p; 1 by default',
      decimal,
    )
    .option('--tree', 'give all that beam search weighed')
    .optionsGroup('Sampling:')
    .option(
      '--temperature <t>',
      'draw from the distribution with this temperature; 1 by default',
      decimal,
    )
    .option('--top-k <n>', 'draw from the n most probable', count)
    .option('--top-p <p>', 'draw from the most probable that have p together', decimal)
    .option(
      '--min-p <p>',
      'draw from those that have at least p of the probability of the best',
      decimal,
    )
    .option('--repetition-penalty <x>', 'make tokens that were there before less probable', decimal)
    .option('--seed <n>', 'draw the same again; 0 by default', count)
    .action(options =>
      take({
        verb: 'generate',
        ...commonOf(options),
        strategy: strategyOf(options),
        maxNewTokens: options.maxNewTokens,
        stop: options.stop,
        top: options.top,
        attention: options.attention ?? false,
        tree: options.tree ?? false,
        chat: options.chat !== undefined,
        loopGuard: options.loopGuard && options.loopGuard === 'on',
      }),
    );
}

function score(program: Command, take: Take): void {
  textVerb(program, 'score', 'Measure how probable a text or a translation is to a model.')
    .option('--target <text>', 'the translation, or the continuation, to score')
    .option('--top <n>', 'candidates to give in the place of each token', count, 0)
    .action(({ target, top, ...rest }) => take({ verb: 'score', ...commonOf(rest), target, top }));
}

function predict(program: Command, take: Take): void {
  textVerb(program, 'predict', 'Rank the tokens that may come next.')
    .addOption(
      several('--append <id>', 'a token that comes after the text, by its id')
        .argParser(each(count))
        .default(none, 'none'),
    )
    .option('--top <n>', 'candidates to give; 10 by default', count)
    .option('--lens', 'give what each layer would say')
    .option('--watch <id>', 'tell where this token stands', count)
    .option('--logits', 'give the logits of all tokens')
    .action(options =>
      take({
        verb: 'predict',
        ...commonOf(options),
        appended: options.append,
        top: options.top,
        logitLens: options.lens ?? false,
        watched: options.watch,
        logits: options.logits ?? false,
      }),
    );
}

function classify(program: Command, take: Take): void {
  textVerb(program, 'classify', 'Label a text.')
    .option('--omissions', 'give what the model would say without each word')
    .action(({ omissions = false, ...rest }) =>
      take({ verb: 'classify', ...commonOf(rest), omissions }),
    );
}

function heads(program: Command, take: Take): void {
  textVerb(program, 'heads', 'Rank the heads by what they do on a text, the most telling first.')
    .option('--pair <text>', 'a second text, for a model that reads two')
    .addOption(
      new Option('--kind <name>', 'of a translator: which attention; "cross" by default').choices([
        'encoder',
        'decoder',
        'cross',
      ]),
    )
    .option('--from <word>', 'find the heads in which this word looks at the one of --to')
    .option('--to <word>', 'the word that is looked at')
    .action(({ pair, kind, from, to, ...rest }) => {
      if ((from === undefined) !== (to === undefined)) {
        throw new InvalidArgumentError('--from and --to go together');
      }
      take({ verb: 'heads', ...commonOf(rest), pair, kind, from, to });
    });
}

function ablate(program: Command, take: Take): void {
  textVerb(
    program,
    'ablate',
    'Switch heads off and compare what the model predicts before and after.',
  )
    .addHelpText(
      'after',
      `
Layers and heads are counted from 1. Of a translator they are those of cross-attention, unless the side is named:
encoder:1.2, decoder:1.2, cross:1.2. A feed-forward network or a layer is the decoder's: encoder:3 is the other one.

What is predicted: the next token; of BERT the token in the place of [MASK] in the text or of --mask, and without
a mask each token of the text; of a translator its translation.`,
    )
    .option('--heads <list>', 'switch these heads off, layer.head: 2.4,5.10', partList(2), none)
    .option(
      '--feed-forwards <list>',
      'and the feed-forward networks of these layers',
      partList(1),
      none,
    )
    .option('--layers <list>', 'and all of these layers', partList(1), none)
    .option('--each-head', 'or each head alone: those that change most come first')
    .option('--gate <g>', 'multiply what they give with this, from 0 to 1', decimal, 0)
    .option('--pair <text>', 'a second text, for a model that reads two')
    .option('--mask <n>', 'read this token as the mask, by its place in "source"', count)
    .option('--target <text>', "the translation to measure by; without it the model's own")
    .option('--watch <id>', 'tell where this token stands; by default the most probable one', count)
    .addOption(
      several('--contrast <id>', 'compare the log-probabilities of two tokens')
        .argParser(each(count))
        .default(none, 'none'),
    )
    .option('--top <n>', 'candidates to give for each prediction', count, 10)
    .action(options => {
      const { heads, feedForwards, layers, eachHead = false, contrast } = options;
      if (eachHead === [...heads, ...feedForwards, ...layers].length > 0) {
        throw new InvalidArgumentError(
          'give --heads, --feed-forwards or --layers, or else --each-head',
        );
      }
      if (contrast.length !== 0 && contrast.length !== 2) {
        throw new InvalidArgumentError('give --contrast twice, for two tokens');
      }
      take({
        verb: 'ablate',
        ...commonOf(options),
        ...{ heads, feedForwards, layers, eachHead, contrast },
        gate: options.gate,
        pair: options.pair,
        masked: options.mask,
        target: options.target,
        watched: options.watch,
        top: options.top,
      });
    });
}

function complete(program: Command, take: Take): void {
  modelVerb(program, 'complete', 'Offer what the editor would be offered at a place of a file.')
    .option('--model <id>', "the model's folder in models/", defaultModel)
    .requiredOption('--file <path>', 'the file; the end of its name says the language')
    .requiredOption('--line <n>', 'line of the caret, counted from 1', count)
    .requiredOption('--column <n>', 'column of the caret, counted from 1 in UTF-16 units', count)
    .option(
      '--invoked',
      'as if asked for by hand: several, and also where text follows on the line',
    )
    .action(({ modelsDir, invoked = false, ...rest }) =>
      take({ verb: 'complete', ...rest, modelsDir, invoked }),
    );
}

/** Each declares its verb as a subcommand, with the options that belong to it. */
export const verbs: readonly ((program: Command, take: Take) => void)[] = [
  models,
  tokenize,
  analyze,
  generate,
  score,
  predict,
  classify,
  heads,
  ablate,
  complete,
];

/** What all verbs have that run a model. */
const modelVerb = (program: Command, name: string, what: string) =>
  program
    .command(name)
    .description(what)
    .helpOption('-h, --help', 'show this')
    .option('--models-dir <path>', 'another folder of models')
    .addOption(
      new Option('--device <name>', 'where the model runs; Node.js has WebAssembly alone')
        .choices(['auto', 'wasm', 'webgpu'])
        .default('auto' as const),
    )
    .addOption(
      new Option('--threads <n>', 'threads of the processor')
        .argParser(count)
        .default(0, 'half of the cores, at most 4'),
    );

/** What all verbs have that read a text. */
const textVerb = (program: Command, name: string, what: string) =>
  modelVerb(program, name, what)
    .requiredOption('--model <id>', "the model's folder in models/")
    .addOption(new Option('--text <text>', 'the text').conflicts('textFile'))
    .option('--text-file <path>', 'or a UTF-8 file with it')
    .option('--lines', 'every line of the file is a text of its own; one JSON document a line');

const several = <Flags extends string>(flags: Flags, what: string) =>
  new Option(flags, `${what}; may be given more than once`);

interface CommonOptions extends SourceOptions {
  readonly modelsDir?: string | undefined;
  readonly model: string;
  readonly device: 'auto' | 'wasm' | 'webgpu';
  readonly threads: number;
}

const commonOf = ({ modelsDir, model, device, threads, ...source }: CommonOptions) => ({
  ...{ modelsDir, model, device, threads },
  source: sourceOf(source),
});

interface SourceOptions {
  readonly text?: string | undefined;
  readonly textFile?: string | undefined;
  readonly chat?: string | undefined;
  readonly lines?: boolean | undefined;
}

/** Which of them exclude each other stands where they are declared. */
function sourceOf({ text, textFile, chat, lines = false }: SourceOptions): Source {
  const file = textFile ?? chat;
  if (file !== undefined) {
    return { file, lines };
  }
  if (text === undefined) {
    throw new InvalidArgumentError('give either --text or --text-file, or to generate --chat');
  }
  if (lines) {
    throw new InvalidArgumentError('--lines needs a file');
  }
  return { text };
}
