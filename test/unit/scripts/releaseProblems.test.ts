import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { releaseNotes, releaseProblems } from '../../../scripts/releaseProblems.mjs';
import { root } from '../engine/modelFolder';

const changelog = `# Changelog

## Unreleased

- What comes.

## [1.2.0] - 2027-01-31

### Added

- Something new.

## 1.1.0

- Something old.
`;
const manifest = { version: '1.2.0', repository: { url: 'https://github.com/someone/it.git' } };

test('a tag of the version that the changelog tells of can be released', () => {
  expect(releaseProblems({ tag: 'v1.2.0', manifest, changelog })).toEqual([]);
});

test.each([
  ['v1.3.0', manifest, /The tag is v1\.3\.0, and package\.json says 1\.2\.0/],
  ['1.2.0', manifest, /The tag is 1\.2\.0/],
  ['v1.2', { ...manifest, version: '1.2' }, /CHANGELOG\.md says nothing of 1\.2:/],
  [
    'v1.2.0',
    { ...manifest, repository: { url: 'https://github.com/example-owner/it.git' } },
    /put the true owner there/,
  ],
])('%s is refused where something is missing', (tag, of, problem) => {
  expect(releaseProblems({ tag, manifest: of, changelog })).toEqual([
    expect.stringMatching(problem),
  ]);
});

test('the notes of a release are its own section of the changelog', () => {
  expect(releaseNotes(changelog, '1.2.0')).toBe('### Added\n\n- Something new.');
  expect(releaseNotes(changelog, '1.1.0')).toBe('- Something old.');
});

test('the owner of the repository is the same wherever package.json names it', () => {
  const { repository, bugs, homepage, author } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<'repository' | 'bugs' | 'author', { url: string }> & { homepage: string };
  const address = repository.url.replace(/\.git$/, '');
  expect(bugs.url).toBe(`${address}/issues`);
  expect(homepage).toBe(`${address}#readme`);
  const owner = address.replace(/\/[^/]*$/, '');
  expect(author.url).toBe(owner);
});
