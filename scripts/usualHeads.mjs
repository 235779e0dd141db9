/** Measures what the heads of each bundled model usually do, and keeps it with the model: `npm run usual-heads`. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { root } from './paths.mjs';

const sentencesFile = join(root, 'scripts', 'usualSentences.txt');
const sentences = readFileSync(sentencesFile, 'utf8').trimEnd().split('\n');

/** Kinds of attention by model, in the order of its analyses. */
const kindsOf = {
  bert: ['encoder'],
  gpt2: ['decoder'],
  smollm2: ['decoder'],
  transformer: ['encoder', 'cross', 'decoder'],
};

const chosen = process.argv.slice(2);
for (const [model, kinds] of Object.entries(kindsOf)) {
  if (chosen.length === 0 || chosen.includes(model)) {
    const attentions = [];
    for (const kind of kinds) {
      attentions.push(await meanScores(model, kind));
    }
    keep(model, JSON.stringify({ sentences, attentions }) + '\n');
  }
}

/**
 * What the command line prints of a head.
 * @typedef {object} RankedHead
 * @property {number} layer counted from 1
 * @property {number} head counted from 1
 * @property {number} here
 * @property {Record<string, number>} scores
 */

/**
 * Means over the sentences, to four digits.
 * @param {string} model
 * @param {string} kind
 */
async function meanScores(model, kind) {
  const { stdout } = await execa({ stderr: 'inherit', maxBuffer: 2 ** 28 })`${process.execPath} ${[
    join(root, 'dist', 'engine.js'),
    'heads',
    ...['--model', model, '--kind', kind, '--text-file', sentencesFile, '--lines'],
  ]}`;
  /** @type {readonly (readonly RankedHead[])[]} */
  const rankings = stdout.split('\n').map(line => JSON.parse(line).heads);
  const [first = []] = rankings;
  const layers = Math.max(...first.map(({ layer }) => layer));
  const heads = Math.max(...first.map(({ head }) => head));
  /** @type {Map<string, Float64Array>} */
  const scores = new Map();
  for (const { layer, head, here, scores: roles } of rankings.flat()) {
    for (const [role, score] of Object.entries({ telling: here, ...roles })) {
      const means = scores.get(role) ?? new Float64Array(layers * heads);
      const index = (layer - 1) * heads + head - 1;
      means[index] = (means[index] ?? 0) + score / rankings.length;
      scores.set(role, means);
    }
  }
  const rounded = Array.from(scores, ([role, means]) => [
    role,
    Array.from(means, mean => Number(mean.toFixed(4))),
  ]);
  return { kind, layers, heads, scores: Object.fromEntries(rounded) };
}

/**
 * Writes `heads.json` and its entry in the manifest.
 * @param {string} model
 * @param {string} text
 */
function keep(model, text) {
  const folder = join(root, 'models', model);
  writeFileSync(join(folder, 'heads.json'), text);
  const manifestFile = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
  manifest.files.heads = {
    path: 'heads.json',
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
  };
  writeFileSync(manifestFile, JSON.stringify(manifest, null, 2) + '\n');
}
