/** All heads as a page of its own that can be looked through: one file, which loads nothing and runs no script but its own. */
import { deviceNames } from '../../../src/common/protocol/engine/types';
import { xmlText } from '../../common/escape';
import { unknownWords } from '../../matrix/units';
import type { AllHeads } from './allHeads';
import { type ExportedFacts, packWeights } from './exportedPage/facts';
import { caption } from './figure';
import { svgOf } from './svg';

/** The script and the stylesheet of exported pages, as the build made them. */
export interface ExportedPage {
  readonly script: string;
  readonly style: string;
}

/**
 * @param names of the lines of text, where there are two.
 * @param isForPaper light whatever the viewer prefers; else it follows the viewer's theme.
 */
export async function interactiveOf(
  all: AllHeads,
  names: readonly string[],
  isForPaper: boolean,
  { script, style }: ExportedPage,
): Promise<string> {
  const { figure, kinds } = all;
  const shown = kinds.findIndex(({ attention }) => attention.kind === figure.kind);
  const [layers = 0, heads = 0] = kinds[shown]?.attention.shape ?? [];
  const facts: ExportedFacts = {
    lines: [
      figure.modelName,
      figure.subject.label,
      ...(figure.unknownCount > 0 ? [unknownWords(figure.unknownCount)] : []),
      `Ran on ${deviceNames[figure.device.device]}`,
    ],
    names,
    kinds: await Promise.all(
      kinds.map(async ({ attention: { kind, shape, weights }, queries, keys }) => ({
        ...{ kind, shape, queries, keys },
        weights: await packWeights(weights),
      })),
    ),
    first: {
      kind: Math.max(0, shown),
      heads: figure.heads.length === layers * heads ? [] : figure.heads,
    },
    scale: figure.scale,
    isForPaper,
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>Attention: ${xmlText(caption(figure))}</title>
<style>
${style.replaceAll('</', '<\\/')}
</style>
</head>
<body class="${isForPaper ? 'paper' : ''}">
<noscript>
<p>Without scripts this page shows one picture of the heads that were chosen.</p>
${svgOf(figure)}
</noscript>
<div id="page"></div>
<script type="application/json" id="facts">${JSON.stringify(facts).replaceAll('<', '\\u003c')}</script>
<script>
${script.replaceAll('</script', '<\\/script')}
</script>
</body>
</html>
`;
}
