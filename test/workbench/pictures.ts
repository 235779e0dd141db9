import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { inRoot } from '../../scripts/paths.mjs';

/** A pixel differs when its colour is off by more than this, as pixelmatch measures it (0 to 1). */
const pixelTolerance = 0.1;
/** Of all pixels, so many may differ: the edges of letters, where another release of Chromium may be another. */
const shareTolerance = 0.003;

const expectedFolder = inRoot('test', 'workbench', 'screenshots');
/** Ignored by git. */
const changedFolder = inRoot('test', 'workbench', 'changed');

/**
 * Compares a picture with the expected one of that name; a different one is saved as `<name>-changed.png` beside
 * `<name>-difference.png`. With `UPDATE_PICTURES=1` a missing one is written, for a person to look at and to commit.
 *
 * @throws when they differ by more than the tolerance, or in size, or when there is none to compare with.
 */
export function expectPicture(name: string, actual: Buffer): void {
  const path = join(expectedFolder, `${name}.png`);
  const changed = join(changedFolder, `${name}-changed.png`);
  const differencePath = join(changedFolder, `${name}-difference.png`);
  rmSync(changed, { force: true });
  rmSync(differencePath, { force: true });
  if (!existsSync(path)) {
    if (process.env['UPDATE_PICTURES'] !== '1') {
      throw new Error(`there is no expected picture ${path}; UPDATE_PICTURES=1 writes it`);
    }
    mkdirSync(expectedFolder, { recursive: true });
    writeFileSync(path, actual);
    return;
  }
  const [a, b] = [PNG.sync.read(readFileSync(path)), PNG.sync.read(actual)];
  if (a.width !== b.width || a.height !== b.height) {
    save(changed, actual);
    throw new Error(`${name} was ${a.width} x ${a.height}, now is ${b.width} x ${b.height}`);
  }
  const difference = new PNG({ width: a.width, height: a.height });
  const count = pixelmatch(a.data, b.data, difference.data, a.width, a.height, {
    threshold: pixelTolerance,
  });
  const share = count / (a.width * a.height);
  if (share > shareTolerance) {
    save(changed, actual);
    save(differencePath, PNG.sync.write(difference));
    throw new Error(
      `${(share * 100).toFixed(2)} % of ${name} differ, ${shareTolerance * 100} % may: see ${changed}`,
    );
  }
}

function save(path: string, bytes: Buffer): void {
  mkdirSync(changedFolder, { recursive: true });
  writeFileSync(path, bytes);
}
