/** Completes the text at a caret of a file, whose language its name tells, as the extension would. */
import {
  type CursorContext,
  indentUnitOf,
  noOfferSentences,
  type Outcome,
} from '../extension/features/completion/cursorContext';
import { defaultOptions } from '../extension/features/completion/options';
import {
  maxAfterLength,
  preambleOf,
  promptWindow,
  withPlainLineEnds,
} from '../extension/features/completion/prompt';
import { Suggester } from '../extension/features/completion/suggester';
import type { EngineClient } from '../common/engineClient/engineClient';
import { EngineError } from '../common/errors';
import { isProseLanguage } from '../extension/subject/textSpan';
import { basename, extname } from 'node:path';

/** A caret in a file; lines and columns count from 1, columns in UTF-16 units, as VS Code shows them. */
interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Completions {
  /** The first is the one that is shown; `range` is the text that it replaces. */
  readonly offers: readonly {
    readonly text: string;
    readonly range: { readonly start: Position; readonly end: Position };
  }[];
  /** Why the first was offered, or why nothing was. */
  readonly why: string;
}

export interface CompleteRequest {
  readonly modelId: string;
  /** The path of the file, whose extension determines the language. */
  readonly path: string;
  readonly text: string;
  readonly position: Position;
  /** As if the user asked: for several, and also where text follows on the line. */
  readonly isInvoked: boolean;
}

/**
 * The completions that the extension would offer at a caret of a file, by the extension's own rules.
 *
 * @throws EngineError `input-invalid` if the file has no such position, and the errors of the engine.
 */
export async function complete(
  client: EngineClient,
  { modelId, path, text, position, isInvoked }: CompleteRequest,
): Promise<Completions> {
  const caret = offsetOf(text, position);
  let outcome: Outcome | undefined;
  let failure: EngineError | undefined;
  const suggester = new Suggester({
    load: () => client.load(modelId),
    generate: (request, options) => client.generate(request, options),
    rest: () => Promise.resolve(),
    now: () => performance.now(),
    onWork: () => undefined,
    onTiming: () => undefined,
    onFailure: error => (failure = error),
    onOutcome: each => (outcome = each),
  });
  const { length } = defaultOptions;
  const context = cursorContextIn(text, caret, path);
  const suggestions = await suggester.suggest(
    { context, modelId, length, delay: 0, isInvoked },
    new AbortController().signal,
  );
  suggester.reset();
  if (failure !== undefined) {
    throw failure;
  }
  return {
    offers: suggestions.map(({ text: offered, replacedLength }) => ({
      text: offered,
      range: { start: position, end: { ...position, column: position.column + replacedLength } },
    })),
    why: whyOf(outcome, suggestions[0]?.score),
  };
}

/** The text around a caret. */
export function cursorContextIn(text: string, caret: number, path: string): CursorContext {
  const languageId = languageOf(path);
  const window = promptWindow({ read: (start, end) => text.slice(start, end) }, caret);
  return {
    preamble: preambleOf(path, languageId),
    before: withPlainLineEnds(text.slice(window.start, caret)),
    after: withPlainLineEnds(text.slice(caret, caret + maxAfterLength)),
    isProse: isProseLanguage(languageId),
    languageId,
    indentUnit: indentUnitOf(text),
  };
}

function whyOf(outcome: Outcome | undefined, score: number | undefined): string {
  if (outcome?.kind === 'nothing') {
    return noOfferSentences(sentence => sentence)[outcome.reason];
  }
  const percent = (100 * Math.exp(score ?? 0)).toFixed(0);
  return `The model finds each of its tokens ${percent} % probable, as a geometric mean.`;
}

function offsetOf(text: string, { line, column }: Position): number {
  const lines = text.split('\n');
  const own = lines[line - 1]?.replace(/\r$/u, '');
  if (own === undefined || column < 1 || column > own.length + 1) {
    throw new EngineError(
      'input-invalid',
      own === undefined
        ? `The file has ${lines.length} lines; there is no line ${line}. Count from 1.`
        : `Line ${line} has ${own.length} UTF-16 units; there is no column ${column}. Count from 1.`,
    );
  }
  return lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
}

/** VS Code's names of languages, by the ends of files' names. */
const languages: Readonly<Record<string, string>> = {
  ...{ '.py': 'python', '.ipynb': 'python', '.ts': 'typescript', '.mts': 'typescript' },
  ...{ '.tsx': 'typescriptreact', '.js': 'javascript', '.mjs': 'javascript', '.cjs': 'javascript' },
  ...{ '.jsx': 'javascriptreact', '.json': 'json', '.jsonc': 'jsonc', '.md': 'markdown' },
  ...{ '.markdown': 'markdown', '.txt': 'plaintext', '.tex': 'latex', '.bib': 'bibtex' },
  ...{ '.html': 'html', '.htm': 'html', '.xml': 'xml', '.svg': 'xml', '.vue': 'vue' },
  ...{ '.svelte': 'svelte', '.css': 'css', '.scss': 'scss', '.less': 'less', '.go': 'go' },
  ...{ '.rs': 'rust', '.c': 'c', '.h': 'c', '.cpp': 'cpp', '.cc': 'cpp', '.hpp': 'cpp' },
  ...{ '.cs': 'csharp', '.java': 'java', '.kt': 'kotlin', '.swift': 'swift', '.rb': 'ruby' },
  ...{ '.php': 'php', '.lua': 'lua', '.pl': 'perl', '.r': 'r', '.jl': 'julia', '.dart': 'dart' },
  ...{ '.sh': 'shellscript', '.bash': 'shellscript', '.zsh': 'shellscript', '.ps1': 'powershell' },
  ...{ '.sql': 'sql', '.yaml': 'yaml', '.yml': 'yaml', '.toml': 'toml', '.ini': 'ini' },
  ...{ '.mk': 'makefile', '.hs': 'haskell', '.ml': 'ocaml', '.clj': 'clojure', '.ex': 'elixir' },
  ...{ '.rst': 'restructuredtext', '.org': 'org', '.typ': 'typst', '.m': 'matlab' },
};
const byName: Readonly<Record<string, string>> = {
  ...{ makefile: 'makefile', dockerfile: 'dockerfile', commit_editmsg: 'git-commit' },
};

/** The language that VS Code takes a file for; plain text where its name tells nothing. */
const languageOf = (path: string): string =>
  byName[basename(path).toLowerCase()] ?? languages[extname(path).toLowerCase()] ?? 'plaintext';
