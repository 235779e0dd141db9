/** The picture as PNG. */
import type { Figure } from './figure';
import { svgOf } from './svg';

const pixelRatio = 2;
/** Of a side, in pixels: browsers draw no larger canvas. */
const maxSide = 16_384;

/** The vector image as pixels, two for each of its own. */
export async function pngOf(figure: Figure): Promise<Uint8Array<ArrayBuffer>> {
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
