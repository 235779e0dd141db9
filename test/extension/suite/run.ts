import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { mark } from './mark';

/** What VS Code's test mode calls, in the extension host: runs every `*.test.js` beside this file. */
export async function run(): Promise<void> {
  const files = readdirSync(__dirname).filter(name => name.endsWith('.test.js'));
  if (files.length === 0) {
    throw new Error(`no test was found in ${__dirname}`);
  }
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    // eslint-disable-next-line no-console -- This is where a suite in the extension host prints.
    console.log(mark + format(...args));
  };
  const mocha = new Mocha({
    ui: 'bdd',
    color: true,
    timeout: 60_000,
    forbidOnly: true,
    grep: process.env['EXTENSION_GREP'],
  });
  for (const name of files.sort()) {
    mocha.addFile(join(__dirname, name));
  }
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures > 0) {
    throw new Error(`${failures} of the tests failed`);
  }
}
