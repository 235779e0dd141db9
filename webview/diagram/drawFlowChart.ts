import type { MermaidConfig } from 'mermaid';
import type * as Mermaid from './mermaid';

/** A flow chart in Mermaid's language. @returns the SVG as text. */
export type DrawFlowChart = (id: string, source: string, config: MermaidConfig) => Promise<string>;

/** Fetches Mermaid with the first diagram. @throws TypeError when its script cannot be read. */
export async function loadDrawFlowChart(): Promise<DrawFlowChart> {
  const url = new URL('mermaid.js', import.meta.url).href;
  const { draw } = (await import(url)) as typeof Mermaid; // The bundle of that entry, which pages share.
  return draw;
}
