/** Colours: the ramp from no weight to the largest, mixtures that are even to the eye, and ink that can be read. */
import type { Rgb } from '../common/theme';

/** How many colours a ramp has. */
export const levels = 256;

/**
 * A colour between two others, evenly spaced to the eye.
 *
 * Mixed in OKLab (Björn Ottosson, "A perceptual color space for image processing", 2020): lightness grows in
 * even steps, so the ramp reads without hue, as a user with any colour vision sees it.
 */
export function mix(from: Rgb, to: Rgb, place: number): Rgb {
  const start = toOklab(from);
  const end = toOklab(to);
  return fromOklab([
    start[0] + (end[0] - start[0]) * place,
    start[1] + (end[1] - start[1]) * place,
    start[2] + (end[2] - start[2]) * place,
  ]);
}

/** The ramp as canvas pixels: {@link levels} opaque colours, four bytes each, red first. */
export function rampPixels(from: Rgb, to: Rgb): Uint32Array<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(levels * 4);
  for (let level = 0; level < levels; level++) {
    bytes.set([...mix(from, to, level / (levels - 1)), 255], level * 4);
  }
  return new Uint32Array(bytes.buffer);
}

/** `#rrggbb`. */
export const hex = (color: Rgb): string =>
  `#${color.map(channel => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;

/** `rgb(r g b / alpha)`. */
export const withAlpha = (color: Rgb, alpha: number): string =>
  `rgb(${color.map(Math.round).join(' ')} / ${alpha})`;

/** Relative luminance, 0 to 1 (WCAG 2.2). */
export function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * toLinear(red) + 0.7152 * toLinear(green) + 0.0722 * toLinear(blue);
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2). */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

/** Contrast that small text needs (WCAG 2.2, AA). */
const readable = 4.5;

/** The colour of text on a ground: the usual one where it can be read, else black or white, one of which always can. */
export function inkOn(ground: Rgb, usual: Rgb): Rgb {
  const [black, white]: readonly [Rgb, Rgb] = [
    [0, 0, 0],
    [255, 255, 255],
  ];
  if (contrast(ground, usual) >= readable) {
    return usual;
  }
  return contrast(ground, black) > contrast(ground, white) ? black : white;
}

type Lab = readonly [lightness: number, greenRed: number, blueYellow: number];

function toOklab([red, green, blue]: Rgb): Lab {
  const [r, g, b] = [toLinear(red), toLinear(green), toLinear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, greenRed, blueYellow]: Lab): Rgb {
  const l = (lightness + 0.3963377774 * greenRed + 0.2158037573 * blueYellow) ** 3;
  const m = (lightness - 0.1055613458 * greenRed - 0.0638541728 * blueYellow) ** 3;
  const s = (lightness - 0.0894841775 * greenRed - 1.291485548 * blueYellow) ** 3;
  return [
    fromLinear(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    fromLinear(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    fromLinear(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function toLinear(channel: number): number {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function fromLinear(value: number): number {
  const channel = value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
  return Math.min(255, Math.max(0, channel * 255));
}
