/** The chunks of Mermaid that draw a flow chart: the kind of diagram and its layout. */
const kept = /\/(?:flowDiagram|dagre)-[A-Z0-9]+\.mjs$/;

/**
 * Leaves out of a bundle what of Mermaid draws no flow chart: it imports each kind of diagram when it is first needed,
 * and a script of one file would hold them all.
 *
 * @type {import('esbuild').Plugin}
 */
export const leanMermaid = {
  name: 'lean-mermaid',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ kind, importer, path }) =>
      kind === 'dynamic-import' && /[\\/]mermaid[\\/]/.test(importer) && !kept.test(path)
        ? { path, namespace: 'left-out' }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'export {};' }));
  },
};
