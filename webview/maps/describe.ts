/** The page of maps in words: for tests, and for a user who cannot see it. */
import { plainWords } from '../../src/common/content/citations';
import type { EvolutionMap } from '../../src/common/content/maps';
import type { MapsDescription } from '../../src/common/protocol/pages/maps';
import type { MapsState } from './state';

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
