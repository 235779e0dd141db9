/** @typedef {{ version: string, repository: { url: string } }} Manifest of `package.json`, as far as a release asks */

/** Stands in `package.json` until the project has a public repository; CONTRIBUTING.md says how to change it. */
const placeholderOwner = 'example-owner';

/** @param {Manifest} manifest @returns {boolean} whether the repository that it names is there */
export const isPublic = ({ repository }) => !repository.url.includes(`/${placeholderOwner}/`);

/**
 * What stands in the way of a release.
 * @param {{ tag: string, manifest: Manifest, changelog: string }} release
 * @returns {string[]} whole sentences, none when all is well
 */
export function releaseProblems({ tag, manifest, changelog }) {
  const { version } = manifest;
  return [
    ...(tag === `v${version}`
      ? []
      : [`The tag is ${tag}, and package.json says ${version}: tag v${version}, or change it.`]),
    ...(releaseNotes(changelog, version) === ''
      ? [`CHANGELOG.md says nothing of ${version}: put what is new under "## ${version}".`]
      : []),
    ...(isPublic(manifest)
      ? []
      : [`package.json names ${manifest.repository.url}: put the true owner there.`]),
  ];
}

/**
 * @param {string} changelog in the form of keepachangelog.com
 * @param {string} version
 * @returns {string} what stands under the heading of the version; empty without one
 */
export function releaseNotes(changelog, version) {
  const [, ...sections] = changelog.split(/^## /m);
  const own = sections.find(section => /^\[?([^\]\s]+)/.exec(section)?.[1] === version);
  return own?.replace(/^.*/, '').trim() ?? '';
}
