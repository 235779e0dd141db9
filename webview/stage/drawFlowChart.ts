import type { MermaidConfig } from 'mermaid';
import { ownScript } from '../page/ownScript';

/** @returns the SVG as text. */
export type DrawFlowChart = (id: string, source: string, config: MermaidConfig) => Promise<string>;

declare global {
  interface Window {
    /** What `mermaid.js` has left; undefined until it has run. */
    drawFlowChart?: DrawFlowChart;
  }
}

let loading: Promise<DrawFlowChart> | undefined;

/** Fetches Mermaid with the first diagram. @throws Error when its script cannot be read. */
export async function loadDrawFlowChart(): Promise<DrawFlowChart> {
  loading ??= load();
  try {
    return await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

async function load(): Promise<DrawFlowChart> {
  const script = document.createElement('script');
  script.nonce = ownScript.nonce;
  script.src = new URL('mermaid.js', ownScript.url).href;
  await new Promise<void>((done, fail) => {
    script.addEventListener('load', () => done());
    script.addEventListener('error', () => fail(new Error('mermaid.js cannot be read')));
    document.head.append(script);
  });
  const draw = window.drawFlowChart;
  if (!draw) {
    throw new Error('mermaid.js has left nothing');
  }
  return draw;
}
