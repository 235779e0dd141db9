/** Makes the file of each export format. */
import type { ExportFormat } from '../../../src/common/protocol/pages/attention';
import type { ExportFile } from '../../../src/common/protocol/pages/page';
import { fileStem } from '../../common/escape';
import { csvOf } from './csv';
import type { Figure } from './figure';
import { htmlOf } from './html';
import { jsonOf } from './json';
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

const pixelRatio = 2;
/** Of a side, in pixels: browsers draw no larger canvas. */
const maxSide = 16_384;

/** The vector image as pixels, two for each of its own. */
async function pngOf(figure: Figure): Promise<Uint8Array<ArrayBuffer>> {
  const url = URL.createObjectURL(new Blob([svgOf(figure)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const ratio = Math.min(pixelRatio, maxSide / Math.max(image.width, image.height));
    const canvas = new OffscreenCanvas(
      Math.round(image.width * ratio),
      Math.round(image.height * ratio),
    );
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await canvas.convertToBlob({ type: 'image/png' });
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}
