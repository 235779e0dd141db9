/** Makes the file of each export format. */
import type { ExportFormat } from '../../../src/common/protocol/pages/attention';
import type { ExportFile } from '../../../src/common/protocol/pages/page';
import { fileStem } from '../../common/escape';
import type { Theme } from '../../common/theme';
import type { Shown } from '../text/shown';
import { allHeadsOf } from './allHeads';
import { allHeadsJson } from './allHeadsJson';
import { csvOf } from './csv';
import type { Figure } from './figure';
import { htmlOf } from './html';
import { interactiveOf } from './interactive';
import { jsonOf } from './json';
import { npzOf } from './npz';
import { svgOf } from './svg';

type Content = ExportFile['content'] | Promise<ExportFile['content']>;

/** What a file is made of. */
export interface ExportSource {
  readonly figure: Figure;
  readonly shown: Shown;
  /** Of the lines of text, where there are two. */
  readonly names: readonly string[];
}

const writers: Readonly<
  Record<ExportFormat, (source: ExportSource, isForPaper: boolean) => Content>
> = {
  svg: ({ figure }) => svgOf(figure),
  png: ({ figure }) => pngOf(figure),
  csv: ({ figure }) => csvOf(figure),
  json: ({ figure }) => jsonOf(figure),
  html: ({ figure }) => htmlOf(figure),
  interactive: async ({ figure, shown, names }, isForPaper) =>
    // Only for those who export are they read.
    interactiveOf(allHeadsOf(figure, shown), names, isForPaper, await import('exported-page')),
  heads: ({ figure, shown }) => allHeadsJson(allHeadsOf(figure, shown)),
  npz: ({ figure, shown }) => npzOf(allHeadsOf(figure, shown)),
};

/** The ends of names of files; of what is shown and of all heads they differ, so that both can lie side by side. */
const ends: Readonly<Record<ExportFormat, string>> = {
  svg: '.svg',
  png: '.png',
  csv: '.csv',
  json: '.json',
  html: '.html',
  interactive: '-heads.html',
  heads: '-heads.json',
  npz: '-heads.npz',
};

/** A file of one format, made from data. @throws EngineError `input-too-long` for more than a format can hold. */
export async function exportFile(
  source: ExportSource,
  format: ExportFormat,
  isForPaper: boolean,
): Promise<ExportFile> {
  const { figure } = source;
  const on = isForPaper ? { ...source, figure: { ...figure, theme: paper(figure.theme) } } : source;
  return {
    name: `${fileStem('attention', figure.subject)}${ends[format]}`,
    content: await writers[format](on, isForPaper),
  };
}

/** Dark on white, in the fonts of the theme. */
const paper = (theme: Theme): Theme => ({
  ...theme,
  kind: 'light',
  background: [255, 255, 255],
  foreground: [31, 31, 31],
  quiet: [89, 89, 89],
  line: [190, 190, 190],
  accent: [0, 99, 211],
  second: [179, 89, 0],
});

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
