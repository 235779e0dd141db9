/** Mermaid as a bundle of its own: it is six times the rest of its page, and the text must not wait for it. */
import mermaid, { type MermaidConfig } from 'mermaid';

/**
 * Draws a flow chart.
 *
 * @param id an id that no other element of the page has.
 * @param source the chart in Mermaid's language.
 * @returns the SVG as text.
 */
export async function drawFlowChart(
  id: string,
  source: string,
  config: MermaidConfig,
): Promise<string> {
  mermaid.initialize({ ...config, startOnLoad: false, securityLevel: 'strict' });
  const { svg } = await mermaid.render(id, source);
  return svg;
}
