/** How everything is bundled that a browser runs. @type {import('esbuild').BuildOptions} */
export const webBundle = {
  bundle: true,
  platform: 'browser',
  target: 'es2022',
  // `./x` means `x.web.ts` where there is one.
  resolveExtensions: ['.web.ts', '.ts', '.mjs', '.js', '.json'],
};
