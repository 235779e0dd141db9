import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kindStyles, maxKinds } from '../../../../webview/charts/palette';
import type { Rgb, Theme } from '../../../../webview/common/theme';

/**
 * Full colour-vision deficiencies as matrices on linear RGB.
 *
 * @see Machado, Oliveira & Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG
 *   15 (6), 2009, severity 1.0
 */
const deficiencies = {
  none: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [
    0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998,
  ],
  deutan: [
    0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881,
  ],
  tritan: [
    1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039,
  ],
} as const;

const linear = (channel: number) => {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};

/** CIELAB under D65, from linear RGB. */
function lab([r, g, b]: readonly [number, number, number]): readonly [number, number, number] {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const seen = (
  color: Rgb,
  [a, b, c, d, e, f, g, h, i]: (typeof deficiencies)[keyof typeof deficiencies],
) => {
  const [red, green, blue] = [linear(color[0]), linear(color[1]), linear(color[2])];
  const clamp = (value: number) => Math.max(0, Math.min(1, value));
  return lab([
    clamp(a * red + b * green + c * blue),
    clamp(d * red + e * green + f * blue),
    clamp(g * red + h * green + i * blue),
  ]);
};

const hexColor = (css: string): Rgb => {
  const [red = 0, green = 0, blue = 0] = css.startsWith('#')
    ? [1, 3, 5].map(at => Number.parseInt(css.slice(at, at + 2), 16))
    : (css.match(/[\d.]+/gu) ?? []).map(Number);
  return [red, green, blue];
};

/** The colours that `readTheme` takes from VS Code's default themes. */
const categorical = (kind: string): readonly Rgb[] => {
  const path = resolve(import.meta.dirname, `../../../pages/themes/${kind}.json`);
  const { variables } = JSON.parse(readFileSync(path, 'utf8')) as {
    variables: Record<string, string>;
  };
  const isLight = kind.endsWith('light');
  return [
    hexColor(variables['--vscode-charts-blue'] ?? ''),
    hexColor(variables['--vscode-charts-orange'] ?? 'rgb(209, 134, 22)'),
    hexColor(variables['--vscode-foreground'] ?? ''),
    hexColor(variables['--vscode-charts-purple'] ?? (isLight ? '#652D90' : '#B180D7')),
  ];
};

describe.each(['light', 'dark', 'high-contrast', 'high-contrast-light'])(
  'in the %s theme',
  kind => {
    const colors = categorical(kind);

    test.each(Object.entries(deficiencies))(
      'the colours are apart for eyes with %s',
      (_, matrix) => {
        colors.forEach((color, index) => {
          for (const other of colors.slice(0, index)) {
            const [x, y] = [seen(color, matrix), seen(other, matrix)];
            expect(Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2])).toBeGreaterThan(10);
          }
        });
      },
    );
  },
);

test('each kind has a dash of its own, so that none is told by colour alone', () => {
  const four: readonly Rgb[] = Array.from({ length: 4 }, () => [0, 0, 0]);
  const styles = kindStyles({ categorical: four } as unknown as Theme);
  expect(styles).toHaveLength(maxKinds);
  expect(new Set(styles.map(({ dash }) => dash.join(' '))).size).toBe(maxKinds);
});
