/** Reads the command line into one request. */
import { Command, CommanderError, InvalidArgumentError } from '@commander-js/extra-typings';
import { EngineError } from '../common/errors';
import { type Arguments, verbs } from './verbs';

/** Reads the command line. @throws EngineError `input-invalid` with the options of the verb, or with the verbs. */
export function readArguments(args: readonly string[]): Arguments {
  const read: { args?: Arguments } = {};
  let help = '';
  const program = createProgram(text => (help += text));
  verbs.forEach(declare => declare(program, each => (read.args = each)));
  try {
    program.parse(args, { from: 'user' });
  } catch (cause) {
    if (!(cause instanceof CommanderError)) {
      throw cause;
    }
    if (cause.exitCode !== 0) {
      const verb = program.commands.find(command => command.name() === args[0]);
      const usage = (verb ?? program).helpInformation();
      const problem = problemOf(cause, program, verb?.name());
      throw new EngineError('input-invalid', `${problem}\n\n${usage}`, { cause });
    }
  }
  return read.args ?? { verb: 'help', text: help };
}

/** The command line without its verbs. Where a command line tool exits, it throws. */
const createProgram = (onHelp: (text: string) => void) =>
  new Command('npm run -s engine --')
    .description(
      'The engine without an editor. One JSON document goes to stdout, progress to stderr.',
    )
    .usage('<verb> [options]')
    .commandsGroup('Verbs:')
    .helpCommand('help [verb]', 'show the options of a verb')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', '\nSee the options of a verb with: npm run -s engine -- <verb> --help')
    .configureOutput({ writeOut: onHelp, writeErr: () => undefined })
    .exitOverride()
    .allowExcessArguments()
    .hook('preAction', (_, { args }) => {
      if (args.length > 0) {
        throw new InvalidArgumentError(`"${args.join(' ')}" is one word too many; quote the text`);
      }
    });

function problemOf(error: CommanderError, program: Command, verb: string | undefined): string {
  if (error.code === 'commander.help') {
    return 'a verb is missing';
  }
  const message = error.message.replace(/^error: /, '');
  const option =
    error.code === 'commander.unknownOption' ? /'(--[\w-]+)/.exec(message)?.[1] : undefined;
  const owners = program.commands
    .filter(command => command.options.some(({ long }) => long === option))
    .map(command => command.name());
  if (option === undefined || owners.length === 0) {
    return message;
  }
  const names = new Intl.ListFormat('en').format(owners);
  return verb === undefined
    ? `the verb comes first; ${option} is for ${names}`
    : `${option} is for ${names}, not for ${verb}`;
}
