/**
 * Prints what is wrong in any of many bundles whenever some of them were built again: a line for each problem, between
 * one that says that building goes on and one that says that it is done. The task of `.vscode/tasks.json` reads them.
 *
 * @param {number} count of bundles
 * @param {(line: string) => void} [print]
 * @returns {import('esbuild').Plugin} one for all of them
 */
export function watchReport(count, print = console.log) {
  /** Of each bundle, once it was built; undefined while it is built again. @type {Map<object, string[] | undefined>} */
  const problems = new Map();
  let isBuilding = false;
  return {
    name: 'watchReport',
    setup(build) {
      const bundle = {};
      build.onStart(() => {
        problems.set(bundle, undefined);
        if (!isBuilding) {
          print('Building.');
        }
        isBuilding = true;
      });
      build.onEnd(({ errors, warnings }) => {
        const lines = [
          ...errors.map(error => lineOf('error', error)),
          ...warnings.map(warning => lineOf('warning', warning)),
        ];
        problems.set(bundle, lines);
        const done = [...problems.values()].filter(each => each !== undefined);
        if (done.length === count) {
          new Set(done.flat()).forEach(line => print(line)); // Many bundles share a file.
          print('Watching.');
          isBuilding = false;
        }
      });
    },
  };
}

/**
 * @param {'error' | 'warning'} severity
 * @param {import('esbuild').Message} message
 * @returns {string} "src/log.ts:3:10: error: Expected ...", line and column counted from 1
 */
function lineOf(severity, { text, location }) {
  const place = location ? `${location.file}:${location.line}:${location.column + 1}: ` : '';
  return `${place}${severity}: ${text}`;
}
