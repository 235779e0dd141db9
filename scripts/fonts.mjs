import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, inRoot } from './paths.mjs';

const family = (/** @type {string} */ alias, /** @type {string} */ name) =>
  `<alias binding="same"><family>${alias}</family><prefer><family>${name}</family></prefer></alias>`;

/**
 * The environment for a browser that sees only the fonts of `dejavu-fonts-ttf`, so that text has the same
 * width and shape on every Linux.
 * @returns {Record<string, string>}
 */
export function pinnedFonts() {
  const folder = join(cache, 'fonts');
  const path = join(folder, 'fonts.conf');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${inRoot('node_modules', 'dejavu-fonts-ttf', 'ttf')}</dir>
  <cachedir>${folder}</cachedir>
  ${family('sans-serif', 'DejaVu Sans')}
  ${family('system-ui', 'DejaVu Sans')}
  ${family('serif', 'DejaVu Serif')}
  ${family('monospace', 'DejaVu Sans Mono')}
  <match target="pattern"><edit name="family" mode="append_last"><string>DejaVu Sans</string></edit></match>
  <match target="font"><edit name="hinting"><bool>false</bool></edit></match>
  <match target="font"><edit name="antialias"><bool>true</bool></edit></match>
  <match target="font"><edit name="rgba"><const>none</const></edit></match>
</fontconfig>
`,
  );
  return { FONTCONFIG_FILE: path };
}
