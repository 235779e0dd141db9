import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { run } from '../../scripts/command.mjs';
import { cache, inRoot } from '../../scripts/paths.mjs';
import { step } from '../../scripts/terminal.mjs';
import { stringsIn } from '../../src/extension/features/completion/balance';
import { randomNumbers } from './randomNumbers';

/** A caret in a file as it was while its line was written, and what its author wrote there. */
export interface WrittenPosition {
  readonly language: Language;
  readonly path: string;
  readonly before: string;
  /** With the closing brackets and quotes that an editor puts there, where `isAutoClosed`. */
  readonly after: string;
  readonly isAutoClosed: boolean;
  /** The rest of the line as it was written. */
  readonly truth: string;
}

export const languages = ['python', 'typescript', 'markdown', 'prose'] as const;
type Language = (typeof languages)[number];

/**
 * Files that no model here was trained on. Python 3.14's standard library: of it only modules that 3.12, which may
 * be among what SmolLM2 has read, has not; TypeScript and Markdown of packages of 2025 and 2026; and the prose of
 * this project. All but the last come from npm, where they are under the licences of Python (PSF) and MIT.
 */
const packages = {
  pyodide: '314.0.7',
  zod: '4.6.7',
  hashery: '3.0.5',
  cacheable: '2.5.0',
  qified: '0.13.2',
  fflate: '0.8.3',
};
const newInPython =
  /^(?:annotationlib|_colorize|string\/templatelib|asyncio\/(?:graph|tools)|pathlib\/(?:__init__|_os|types)|concurrent\/interpreters\/.*|compression\/.*|_pyrepl\/.*)\.py$/u;

const home = join(cache, 'bench', 'corpus');

/** Gets the packages. @throws when npm cannot. */
export async function setUpCorpus(): Promise<void> {
  mkdirSync(home, { recursive: true });
  const wanted = JSON.stringify({ private: true, dependencies: packages });
  const file = join(home, 'package.json');
  if (existsSync(join(home, 'node_modules', 'fflate')) && readFileSync(file, 'utf8') === wanted) {
    return;
  }
  writeFileSync(file, wanted);
  await step('Getting files to complete', () =>
    run('npm', ['install', '--ignore-scripts', '--no-fund', '--no-audit'], {
      cwd: home,
      log: 'bench-corpus.log',
    }),
  );
}

interface Source {
  readonly path: string;
  readonly text: string;
}

/** So many places of each language, the same each time; the even ones decide, the odd ones are reported. */
export function writtenPositions(each: number): WrittenPosition[] {
  const random = randomNumbers(2026);
  return languages.flatMap(language => {
    const sources = sourcesOf(language);
    return Array.from({ length: each }, (_, index) => {
      const isAutoClosed = index % 4 < 2;
      for (;;) {
        const found = positionIn(sources[random(sources.length)]!, random);
        if (found) {
          const { line, ...position } = found;
          const closers = isAutoClosed && language !== 'prose' ? closersOf(line) : '';
          return { language, isAutoClosed, ...position, after: closers + position.after };
        }
      }
    });
  });
}

/**
 * A place in a line that says something: after some of it, and before some of it. What stood behind the caret on
 * its line was not written yet; the lines below it were, in one case of two.
 */
function positionIn({ path, text }: Source, random: (below: number) => number) {
  const lines = text.split('\n');
  const number = random(lines.length);
  const whole = lines[number]!;
  const indent = whole.length - whole.trimStart().length;
  const content = whole.trimEnd().length - indent;
  if (content < 8) {
    return undefined;
  }
  // Mostly behind a word, as people pause.
  const column = indent + random(content - 2);
  const ends = [...whole.matchAll(/(?<=[\p{L}\p{N}_)\]}"'`,:;(=])(?=[^\p{L}\p{N}_]|$)/gu)].map(
    ({ index }) => index,
  );
  const near =
    random(4) > 0 ? ends.find(end => end >= column && end < indent + content - 1) : column;
  if (near === undefined) {
    return undefined;
  }
  const before = [...lines.slice(0, number), whole.slice(0, near)].join('\n');
  const below = random(2) === 0 ? '' : `\n${lines.slice(number + 1).join('\n')}`;
  return {
    path,
    before,
    after: below,
    truth: whole.slice(near).trimEnd(),
    line: whole.slice(0, near),
  };
}

/** What an editor has put behind the caret for the brackets and quotes that a line has opened. */
function closersOf(line: string): string {
  const quoting = { isProse: false };
  const strings = stringsIn(line, quoting);
  const open: string[] = [];
  const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
  for (const [index, character] of [...line].entries()) {
    if (!strings.some(({ start, end }) => index >= start && index < end)) {
      if (closers[character] !== undefined) {
        open.push(closers[character]);
      } else if (open.at(-1) === character) {
        open.pop();
      }
    }
  }
  const last = strings.at(-1);
  const quote = last && !last.isClosed && last.quote.length === 1 ? last.quote : '';
  return quote + open.reverse().join('');
}

function sourcesOf(language: Language): readonly Source[] {
  const inPackages = (folder: string, isWanted: (path: string) => boolean) =>
    filesUnder(join(home, 'node_modules', folder), isWanted);
  switch (language) {
    case 'python':
      return pythonSources();
    case 'typescript':
      return inPackages(
        'zod/src/v4',
        path => path.endsWith('.ts') && !/(?:^|[/\\])(?:tests|locales)[/\\]/u.test(path),
      );
    case 'markdown':
      return ['hashery', 'cacheable', 'qified', 'zod'].flatMap(name =>
        inPackages(name, path => path === 'README.md'),
      );
    case 'prose':
      return lessonProse();
  }
}

function pythonSources(): readonly Source[] {
  const { unzipSync } = createRequire(join(home, 'package.json'))('fflate') as {
    unzipSync: (bytes: Uint8Array) => Record<string, Uint8Array>;
  };
  const files = unzipSync(readFileSync(join(home, 'node_modules/pyodide/python_stdlib.zip')));
  return Object.entries(files)
    .filter(([path, bytes]) => newInPython.test(path) && bytes.length > 500)
    .map(([path, bytes]) => ({ path, text: plain(new TextDecoder().decode(bytes)) }));
}

/** The paragraphs of the lessons, each lesson a text. */
function lessonProse(): readonly Source[] {
  return filesUnder(inRoot('media', 'lessons', 'en'), path => path.endsWith('.json')).map(
    ({ path, text }) => {
      const paragraphs: string[] = [];
      const collect = (value: unknown): void => {
        if (typeof value === 'string' && value.length > 60) {
          paragraphs.push(value.replaceAll(/\s*\[@[^\]]*\]/gu, ''));
        } else if (typeof value === 'object' && value !== null) {
          Object.values(value).forEach(collect);
        }
      };
      collect(JSON.parse(text));
      return { path: basename(path).replace('.json', '.txt'), text: paragraphs.join('\n\n') };
    },
  );
}

function filesUnder(folder: string, isWanted: (path: string) => boolean): Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(isWanted)
    .sort()
    .map(path => ({ path, text: plain(readFileSync(join(folder, path), 'utf8')) }));
}

const plain = (text: string) => text.replaceAll('\r\n', '\n');
