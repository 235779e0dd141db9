/** VS Code's theme as values, and its changes. */
import { memo } from './store';

/** Red, green and blue as sRGB, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

type ThemeKind = 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';

/** VS Code's colours and fonts as values, for what CSS does not reach: canvases and exports. */
export interface Theme {
  readonly kind: ThemeKind;
  readonly background: Rgb;
  readonly foreground: Rgb;
  /** Text that stays behind. */
  readonly quiet: Rgb;
  readonly line: Rgb;
  /** The one accent, opaque. */
  readonly accent: Rgb;
  /** For comparison with the accent, opaque. */
  readonly second: Rgb;
  /** For kinds that have no order, opaque; in the order in which they are used. */
  readonly categorical: readonly Rgb[];
  readonly focus: Rgb;
  readonly uiFont: string;
  readonly codeFont: string;
}

export const isHighContrast = ({ kind }: Theme): boolean => kind.startsWith('high-contrast');

export const isDark = ({ kind }: Theme): boolean => kind === 'dark' || kind === 'high-contrast';

const kinds: readonly string[] = [
  'light',
  'dark',
  'high-contrast',
  'high-contrast-light',
] satisfies ThemeKind[];

/** The theme of this moment. */
export function readTheme(): Theme {
  const styles = getComputedStyle(document.documentElement);
  const value = (name: string) => styles.getPropertyValue(`--vscode-${name}`).trim();
  const named = (document.body.dataset['vscodeThemeKind'] ?? '').replace(/^vscode-/, '');
  const kind = kinds.includes(named) ? (named as ThemeKind) : 'light'; // Just checked.
  const background = colorOf(value('editor-background'), [255, 255, 255]);
  const onBackground = (name: string, otherwise: Rgb) =>
    colorOf(value(name), otherwise, background);
  const foreground = onBackground('foreground', [0, 0, 0]);
  // Some themes make chart colours translucent; on a canvas they carry numbers and must be whole.
  const accent = colorOf(value('charts-blue'), [26, 133, 255]);
  const second = colorOf(value('charts-orange'), [209, 134, 22]);
  const purple = colorOf(
    value('charts-purple'),
    kind.endsWith('light') ? [101, 45, 144] : [177, 128, 215],
  );
  return {
    kind,
    background,
    foreground,
    quiet: onBackground('descriptionForeground', foreground),
    line: onBackground('widget-border', foreground),
    ...{ accent, second },
    // Of VS Code's other colours of charts, green and red are like orange to many eyes; the text's own colour is not.
    categorical: [accent, second, foreground, purple],
    focus: onBackground('focusBorder', foreground),
    uiFont: value('font-family') || 'sans-serif',
    codeFont: value('editor-font-family') || 'monospace',
  };
}

/**
 * Tells when what canvases depend on has changed: VS Code's theme, for it rewrites the variables on the root and the
 * body's class, or how many pixels of the screen a CSS pixel has, as on another monitor.
 */
export function onThemeChange(listener: () => void): () => void {
  const end = new AbortController();
  onPixelRatioChange(listener, end.signal);
  const observer = new MutationObserver(listener);
  const options = {
    attributes: true,
    attributeFilter: ['class', 'style', 'data-vscode-theme-kind'],
  };
  observer.observe(document.documentElement, options);
  observer.observe(document.body, options);
  return () => {
    observer.disconnect();
    end.abort();
  };
}

/** Whether the user asked the system or VS Code for less motion. */
export const wantsLessMotion = (): boolean =>
  matchMedia('(prefers-reduced-motion: reduce)').matches ||
  document.body.classList.contains('vscode-reduce-motion');

/** Where colours are read; made once, for it takes longer than all that it is used for. */
const onePixel = memo(() =>
  new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true }),
);

/**
 * A CSS colour as a value.
 *
 * @param over where given, a translucent colour is laid over it; else its translucency is dropped.
 */
function colorOf(css: string, otherwise: Rgb, over?: Rgb): Rgb {
  const probe = onePixel();
  if (!probe || !CSS.supports('color', css)) {
    return otherwise;
  }
  probe.clearRect(0, 0, 1, 1);
  if (over) {
    probe.fillStyle = `rgb(${over.join(' ')})`;
    probe.fillRect(0, 0, 1, 1);
  }
  probe.fillStyle = css;
  probe.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = probe.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** How often it is looked at, in ms. It costs a comparison of two numbers. */
const lookMs = 500;

/**
 * Tells when a CSS pixel has another number of the screen's pixels: the window has gone to another monitor, or is zoomed.
 *
 * A media query for the resolution would tell too, but not always: where the size in CSS pixels stays the same, Chromium
 * may evaluate it only with the next change of something else.
 */
export function onPixelRatioChange(listener: () => void, signal: AbortSignal): void {
  let ratio = window.devicePixelRatio;
  const timer = setInterval(() => {
    if (window.devicePixelRatio !== ratio) {
      ratio = window.devicePixelRatio;
      listener();
    }
  }, lookMs);
  signal.addEventListener('abort', () => clearInterval(timer));
}
