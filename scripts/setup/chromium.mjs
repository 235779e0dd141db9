import { existsSync } from 'node:fs';
import { onPath } from '../command.mjs';
import { Remedy } from '../terminal.mjs';
import { requireSystemPackages } from './systemPackages.mjs';

/** @returns {string | undefined} path of a Chromium: `CHROMIUM`, or one of the usual names */
function findChromium() {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && !existsSync(named)) {
    throw new Remedy(`CHROMIUM is ${named}, and there is no such file. Correct it or unset it.`);
  }
  return named ?? onPath('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome');
}

/** @returns {Promise<string>} path of a Chromium, installed if it may be */
export async function setUpChromium() {
  await requireSystemPackages('the tests in a browser', [
    {
      what: 'Chromium',
      isThere: () => findChromium() !== undefined,
      apt: 'chromium',
      dnf: 'chromium',
      brew: 'chromium',
    },
  ]);
  return /** @type {string} */ (findChromium());
}

/** What every test browser is started with; WebGPU on the software adapter, so that it is there on every machine. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
];
