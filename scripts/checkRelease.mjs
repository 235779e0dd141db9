import { readFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { releaseNotes, releaseProblems } from './releaseProblems.mjs';
import { Remedy, runMain } from './terminal.mjs';

/** Fails unless the tag after it can be released; else prints what the changelog says of it. */
await runMain(async () => {
  const tag = process.argv[2] ?? '';
  const changelog = readFileSync(inRoot('CHANGELOG.md'), 'utf8');
  const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
  const problems = releaseProblems({ tag, manifest, changelog });
  if (problems.length > 0) {
    throw new Remedy(problems.join('\n'));
  }
  console.log(releaseNotes(changelog, manifest.version));
});
