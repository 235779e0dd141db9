import mermaid from 'mermaid';
import type { DrawFlowChart } from './drawFlowChart';

/** A script of its own: it is six times the rest of its page, and the text must not wait for it. */
export const draw: DrawFlowChart = async (id, source, config) => {
  mermaid.initialize({ ...config, startOnLoad: false, securityLevel: 'strict' });
  const { svg } = await mermaid.render(id, source);
  return svg;
};
