/** What the folders promise: no circle of imports, small folders in the engine, and a first line that says what a file is. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { root } from '../../scripts/paths.mjs';

const filesIn = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map(path => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter(path => path.endsWith(ending) && !path.includes('/node_modules/'));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const product = [...filesIn('src', '.ts'), ...filesIn('webview', '.ts')];

/** Each file or folder, and what of the product it imports. */
type Graph = ReadonlyMap<string, ReadonlySet<string>>;

const importsOf = (path: string): string[] =>
  ts
    .preProcessFile(read(path), true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => `${posix.join(posix.dirname(path), fileName)}.ts`)
    .filter(target => existsSync(join(root, target)));

const fileGraph: Graph = new Map(product.map(path => [path, new Set(importsOf(path))]));

/** The same between folders. */
const folderGraph: Graph = [...fileGraph].reduce((graph, [path, targets]) => {
  const folder = dirname(path);
  const others = [...targets].map(dirname).filter(other => other !== folder);
  return graph.set(folder, new Set([...(graph.get(folder) ?? []), ...others]));
}, new Map<string, Set<string>>());

/** The first circle that is found, as the way around it. */
function circleIn(graph: Graph): string[] {
  const done = new Set<string>();
  const visit = (node: string, way: readonly string[]): string[] => {
    if (way.includes(node)) {
      return [...way.slice(way.indexOf(node)), node];
    }
    if (done.has(node)) {
      return [];
    }
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next, [...way, node]);
      if (circle.length > 0) {
        return circle;
      }
    }
    done.add(node);
    return [];
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle.length > 0) {
      return circle;
    }
  }
  return [];
}

/** How many of one kind stand on each other in the longest chain of imports. */
function levelsOf(graph: Graph, isCounted: (node: string) => boolean): number {
  const depths = new Map<string, number>();
  const depth = (node: string): number => {
    const known = depths.get(node);
    if (known !== undefined) {
      return known;
    }
    const below = [...(graph.get(node) ?? [])].filter(isCounted).map(depth);
    const own = 1 + Math.max(0, ...below);
    depths.set(node, own);
    return own;
  };
  return Math.max(...[...graph.keys()].filter(isCounted).map(depth));
}

test('a circle is found where there is one', () => {
  const graph = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['c'])],
    ['c', new Set(['b'])],
  ]);
  expect(circleIn(graph)).toEqual(['b', 'c', 'b']);
  expect(
    levelsOf(
      new Map([
        ['a', new Set(['b'])],
        ['b', new Set<string>()],
      ]),
      () => true,
    ),
  ).toBe(2);
});

test('no imports of files or folders go around in a circle', () => {
  expect(product.length).toBeGreaterThan(300);
  expect(circleIn(fileGraph)).toEqual([]);
  expect(circleIn(folderGraph)).toEqual([]);
});

describe('the engine', () => {
  const isEngine = (path: string) => path.startsWith('src/engine');

  test('has at most 16 files in a folder', () => {
    const folders = product.filter(isEngine).map(dirname);
    const counts = [...new Set(folders)].map(
      folder => [folder, folders.filter(one => one === folder).length] as const,
    );
    expect(counts.length).toBe(8);
    expect(counts.filter(([, files]) => files > 16)).toEqual([]);
  });

  test('has folders on at most 6 levels', () => {
    const folders = levelsOf(folderGraph, isEngine);
    expect(folders).toBeGreaterThan(3);
    expect(folders).toBeLessThanOrEqual(6);
  });
});

test('every file says in its first line what it is', () => {
  const isSaid = (path: string) =>
    path.endsWith('.py')
      ? /^(?:r?"""|#)\s*\S/u.test(read(path))
      : /^\/\*\*|^\/\/ \S/u.test(read(path));
  const code = [...product, ...filesIn('training', '.py').filter(path => read(path) !== '')];
  expect(code.filter(path => !isSaid(path))).toEqual([]);
});
