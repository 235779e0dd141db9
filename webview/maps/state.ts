/** The state of the page of maps, and the same in words: for tests, and for a user who cannot see it. */
import type { EngineError } from '../../src/common/errors';
import type { EvolutionMap, MapsStart } from '../../src/common/content/maps';
import type { PageState } from '../common/page';
import { plainWords } from '../../src/common/content/lesson';
import type { MapsDescription } from '../../src/common/protocol/pages/maps';

export interface MapsState extends PageState {
  /** Undefined until the host has answered. */
  readonly start: MapsStart | undefined;
  readonly error: EngineError | undefined;
  /** By map; if it could not be drawn, the reason. */
  readonly charts: Readonly<Record<string, HTMLElement | string>>;
  /** From the page's first byte to the painted text, in ms. */
  readonly paintMs: number | undefined;
}

export const initialState: MapsState = {
  start: undefined,
  error: undefined,
  charts: {},
  pageWidth: undefined,
  themeVersion: 0,
  paintMs: undefined,
};

export function describe({ start, error, charts, paintMs }: MapsState): MapsDescription {
  const maps = start?.maps ?? [];
  return {
    state: error ? 'error' : start ? 'ready' : 'loading',
    error: error && { code: error.code, message: error.message },
    paintMs,
    markdown: maps
      .map(map => [`## ${map.title}`, plainWords(map.words), inWords(map)].join('\n\n'))
      .join('\n\n'),
    titles: maps.map(({ title }) => title),
    charts: Object.values(charts).filter(one => typeof one !== 'string').length,
  };
}

function inWords(map: EvolutionMap): string {
  switch (map.kind) {
    case 'chart':
      return map.chart.words;
    case 'timeline':
      return map.events
        .map(({ when, name, words }) => `- ${when}: ${name}. ${plainWords(words)}`)
        .join('\n');
    case 'shapes':
      return map.shapes.map(({ name, words }) => `- ${name}: ${words}`).join('\n');
    case 'table': {
      const rows = map.rows.map(({ name, cells }) => [name, ...cells.map(plainWords)]);
      return [map.columns, map.columns.map(() => '---'), ...rows]
        .map(row => `| ${row.join(' | ')} |`)
        .join('\n');
    }
  }
}
