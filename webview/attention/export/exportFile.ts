/** Makes the file of each export format. */
import type { ExportFormat } from '../../../src/common/protocol/pages/attention';
import type { ExportFile } from '../../../src/common/protocol/pages/page';
import { fileStem } from '../../common/escape';
import { csvOf } from './csv';
import type { Figure } from './figure';
import { htmlOf } from './html';
import { jsonOf } from './json';
import { pngOf } from './png';
import { svgOf } from './svg';

type Content = ExportFile['content'] | Promise<ExportFile['content']>;

const writers: Readonly<Record<ExportFormat, (figure: Figure) => Content>> = {
  svg: svgOf,
  png: pngOf,
  csv: csvOf,
  json: jsonOf,
  html: htmlOf,
};

/** The figure as a file of one format, made from its data. */
export async function exportFile(figure: Figure, format: ExportFormat): Promise<ExportFile> {
  return {
    name: `${fileStem('attention', figure.subject)}.${format}`,
    content: await writers[format](figure),
  };
}
