import katex from 'katex';
import { readFile, readdir } from 'node:fs/promises';
import { inRoot } from './paths.mjs';

const lessonsDir = inRoot('media', 'lessons');

/** Of `set-formulas`: what is imported by this name is no file. */
const namespace = 'set-formulas';

/**
 * Sets the formulas of all lessons when a page is built, so that they stand in its first text and take their place at
 * once, and no page carries KaTeX. Gives two tables from LaTeX to HTML: `displayed` for equations, `inline` for symbols.
 *
 * @type {import('esbuild').Plugin}
 */
export const setFormulas = {
  name: namespace,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^set-formulas$/ }, ({ path }) => ({ path, namespace }));
    onLoad({ filter: /./, namespace }, async () => {
      const paths = await lessonPaths();
      const lessons = await Promise.all(
        paths.map(async path => JSON.parse(await readFile(path, 'utf8'))),
      );
      /** @type {{ tex: string, symbols: { tex: string }[] }[]} */
      const equations = lessons.flatMap(lesson => lesson.equations);
      const symbols = equations.flatMap(equation => equation.symbols);
      return {
        contents: JSON.stringify({
          displayed: Object.fromEntries(equations.map(({ tex }) => [tex, setDisplayed(tex)])),
          inline: Object.fromEntries(symbols.map(({ tex }) => [tex, setFormula(tex, false)])),
        }),
        loader: 'json',
        watchFiles: paths,
      };
    });
  },
};

/**
 * `\htmlData` may mark symbols, and nothing else is trusted.
 *
 * @param {string} tex @param {boolean} displayMode @returns {string} HTML and MathML
 * @throws ParseError when it is no LaTeX.
 */
export const setFormula = (tex, displayMode) =>
  katex.renderToString(tex, {
    displayMode,
    strict: false,
    trust: ({ command }) => command === '\\htmlData',
  });

/** Formulas side by side in one equation are set apart, so that a narrow page breaks the line between them. @param {string} tex */
const setDisplayed = tex =>
  tex
    .split('\\qquad')
    .map(one => setFormula(one, true))
    .join('');

async function lessonPaths() {
  const entries = await readdir(lessonsDir, { recursive: true, withFileTypes: true });
  return entries
    .filter(
      entry => entry.isFile() && entry.name.endsWith('.json') && entry.name !== 'sources.json',
    )
    .map(entry => `${entry.parentPath}/${entry.name}`);
}
