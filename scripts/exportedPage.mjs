/** Bundles the script and the stylesheet of exported pages as text: they are written into a user's file, and no page runs them. */
import { build } from 'esbuild';
import { inRoot } from './paths.mjs';
import { webBundle } from './webBundle.mjs';

/** Of `exported-page`: what is imported by this name is no file. */
const namespace = 'exported-page';

/** Gives `script` and `style`. @type {import('esbuild').Plugin} */
export const exportedPage = {
  name: namespace,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^exported-page$/ }, ({ path }) => ({ path, namespace }));
    onLoad({ filter: /./, namespace }, async () => {
      const { outputFiles, metafile } = await build({
        ...webBundle,
        entryPoints: [inRoot('webview/attention/export/exportedPage/main.ts')],
        outdir: 'exported',
        format: 'iife',
        minify: true,
        write: false,
        metafile: true,
        charset: 'utf8',
        legalComments: 'inline',
        logLevel: 'silent',
      });
      const textOf = (/** @type {string} */ extension) =>
        outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? '';
      return {
        contents: JSON.stringify({ script: textOf('.js'), style: textOf('.css') }),
        loader: 'json',
        watchFiles: Object.keys(metafile.inputs).map(path => inRoot(path)),
      };
    });
  },
};
