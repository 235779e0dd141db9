import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  contrast,
  hex,
  inkOn,
  luminance,
  mix,
  rampPixels,
} from '../../../../webview/charts/colorScale';
import { strengthOf, weightAt } from '../../../../src/common/attention/attention';
import type { Rgb } from '../../../../webview/common/theme';

const channel = fc.integer({ min: 0, max: 255 });
const color = fc.tuple(channel, channel, channel);

describe('the place of a weight on the ramp', () => {
  const cases: readonly [string, number, number, 'sqrt' | 'linear', number][] = [
    ['nothing is at the start', 0, 0.8, 'sqrt', 0],
    ['the largest is at the end', 0.8, 0.8, 'sqrt', 1],
    ['a quarter of the largest is in the middle of a square-root ramp', 0.2, 0.8, 'sqrt', 0.5],
    ['half of the largest is in the middle of a linear ramp', 0.4, 0.8, 'linear', 0.5],
    ['more than the top stays at the end', 2, 1, 'linear', 1],
    ['a picture of nothing is all background', 0, 0, 'sqrt', 0],
  ];
  test.each(cases)('%s', (_, weight, top, scale, expected) => {
    expect(strengthOf(weight, top, scale)).toBeCloseTo(expected, 6);
  });

  test('the legend names the weight that has the colour at a place', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        fc.constantFrom('sqrt' as const, 'linear' as const),
        (place, top, scale) => {
          expect(strengthOf(weightAt(place, top, scale), top, scale)).toBeCloseTo(place, 6);
        },
      ),
    );
  });
});

test('text can be read on every colour', () => {
  fc.assert(
    fc.property(color, color, (ground, usual) => {
      expect(contrast(ground, inkOn(ground, usual))).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

test('a mix begins and ends with its colours', () => {
  fc.assert(
    fc.property(color, color, (from, to) => {
      expect(hex(mix(from, to, 0))).toBe(hex(from));
      expect(hex(mix(from, to, 1))).toBe(hex(to));
    }),
  );
});

const ramps: readonly [string, Rgb, Rgb][] = [
  ['light', [255, 255, 255], [0, 99, 211]],
  ['dark', [31, 31, 31], [89, 164, 249]],
  ['high contrast', [0, 0, 0], [89, 164, 249]],
  ['high contrast light', [255, 255, 255], [0, 99, 211]],
];

/** As a person without one kind of cone sees linear RGB (Viénot, Brettel & Mollon, 1999), and Machado et al., 2009, for the third. */
const deficiencies: readonly [string, readonly (readonly number[])[]][] = [
  [
    'protanopia',
    [
      [0.11238, 0.88762, 0],
      [0.11238, 0.88762, 0],
      [0.00401, -0.00401, 1],
    ],
  ],
  [
    'deuteranopia',
    [
      [0.29275, 0.70725, 0],
      [0.29275, 0.70725, 0],
      [-0.02234, 0.02234, 1],
    ],
  ],
  [
    'tritanopia',
    [
      [1.255528, -0.076749, -0.178779],
      [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.3039],
    ],
  ],
];

describe.each(ramps)('the ramp of the %s theme', (_, from, to) => {
  test('goes one way in lightness, step by step', () => {
    const steps = Array.from({ length: 33 }, (__, step) => luminance(mix(from, to, step / 32)));
    const way = Math.sign((steps.at(-1) ?? 0) - (steps[0] ?? 0));
    steps
      .slice(1)
      .forEach((step, index) => expect(Math.sign(step - (steps[index] ?? 0))).toBe(way));
  });

  test('ends with a colour that stands out from the background', () => {
    expect(contrast(from, to)).toBeGreaterThan(4.5);
  });

  test.each(deficiencies)('stays in order under %s', (__, matrix) => {
    const seen = Array.from({ length: 17 }, (___, step) => {
      const linear = mix(from, to, step / 16).map(value => (value / 255) ** 2.2);
      const [red = 0, green = 0, blue = 0] = matrix.map(row =>
        row.reduce((sum, factor, index) => sum + factor * (linear[index] ?? 0), 0),
      );
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    });
    const way = Math.sign((seen.at(-1) ?? 0) - (seen[0] ?? 0));
    seen.slice(1).forEach((step, index) => expect(Math.sign(step - (seen[index] ?? 0))).toBe(way));
  });
});

test('a ramp of pixels is opaque and starts with the background', () => {
  const bytes = new Uint8Array(rampPixels([10, 20, 30], [200, 100, 50]).buffer);
  expect([...bytes.slice(0, 4)]).toEqual([10, 20, 30, 255]);
  expect([...bytes.slice(-4)]).toEqual([200, 100, 50, 255]);
  expect(bytes.filter((_, index) => index % 4 === 3).every(alpha => alpha === 255)).toBe(true);
});
