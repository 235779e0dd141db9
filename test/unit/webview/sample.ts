import type { Analysis } from '../../../src/common/protocol/engine/analyze';
import type { Attention, Token } from '../../../src/common/protocol/engine/types';
import type { Subject } from '../../../src/common/protocol/pages/subject';
import { isUnknown } from '../../../src/common/text/tokenText';
import {
  averageHeads,
  headsInWords,
  inWords,
  shownHeads,
  summarize,
} from '../../../webview/matrix/heads';
import { axesOf, matrixView, type UnitOptions } from '../../../webview/matrix/matrixView';
import type { Shown } from '../../../webview/attention/text/shown';
import { allUnits } from '../../../webview/attention/text/allUnits';
import { readTextOf } from '../../../webview/attention/text/readText';
import type { Figure } from '../../../webview/attention/export/figure';
import type { Theme } from '../../../webview/common/theme';

const theme: Theme = {
  kind: 'light',
  background: [255, 255, 255],
  foreground: [59, 59, 59],
  quiet: [90, 90, 90],
  line: [229, 229, 229],
  accent: [0, 99, 211],
  second: [234, 92, 0],
  categorical: [
    [0, 99, 211],
    [234, 92, 0],
    [59, 59, 59],
    [101, 45, 144],
  ],
  focus: [0, 95, 184],
  uiFont: '"Segoe UI", sans-serif',
  codeFont: 'monospace',
};

/** Everything shown as the model gave it. */
export const whole: UnitOptions = { hideSpecial: false, hideSink: false, block: 'all' };

/**
 * Tokens of one text: each piece is a token, `##` continues a word, square brackets make it special.
 * Pieces stand in the text with one space between words.
 */
export function tokensOf(
  pieces: readonly string[],
  segments: readonly (0 | 1)[] = [],
): { readonly tokens: Token[]; readonly texts: readonly [string, string] } {
  const texts: [string, string] = ['', ''];
  let word = -1;
  const ids = new Map<string, number>();
  const tokens = pieces.map((text, index): Token => {
    const segment = segments[index] ?? 0;
    const id = ids.get(text) ?? ids.size;
    ids.set(text, id);
    const isSpecial = /^\[(?!UNK)[A-Z]+\]$/.test(text);
    if (isSpecial) {
      const at = texts[segment].length;
      return { id, text, start: at, end: at, segment, isSpecial, word: -1 };
    }
    const isContinued = text.startsWith('##');
    const characters = isContinued ? text.slice(2) : text;
    if (!isContinued) {
      texts[segment] += texts[segment] ? ' ' : '';
      word++;
    }
    const start = texts[segment].length;
    texts[segment] += characters;
    return { id, text, start, end: texts[segment].length, segment, isSpecial, word };
  });
  return { tokens, texts };
}

/** Attention made by a function of layer, head, query and key; rows are made to sum to 1. */
export function attentionOf(
  layers: number,
  heads: number,
  size: number,
  weight: (layer: number, head: number, query: number, key: number) => number,
): Attention {
  const weights = new Float32Array(layers * heads * size * size);
  for (let row = 0; row < layers * heads * size; row++) {
    const layer = Math.floor(row / (heads * size));
    const head = Math.floor(row / size) % heads;
    const raw = Array.from({ length: size }, (_, key) => weight(layer, head, row % size, key));
    const sum = raw.reduce((total, one) => total + one, 0);
    weights.set(
      raw.map(one => one / sum),
      row * size,
    );
  }
  return { kind: 'encoder', shape: [layers, heads, size, size], weights };
}

export interface Sample {
  readonly shown: Shown;
  readonly attention: Attention;
  readonly figure: (
    options?: Partial<UnitOptions> & { words?: boolean; rescale?: boolean },
  ) => Figure;
}

/** A whole analysis and the figure of the average of its heads. */
export function sampleOf(
  pieces: readonly string[],
  segments: readonly (0 | 1)[] = [],
  attention = attentionOf(
    2,
    2,
    pieces.length,
    (layer, head, query, key) => 1 + ((7 * layer + 5 * head + 3 * query + 2 * key) % 11),
  ),
): Sample {
  const { tokens, texts } = tokensOf(pieces, segments);
  const isPair = segments.includes(1);
  const subject: Subject = {
    modelId: 'bert',
    segments: isPair ? [{ text: texts[0] }, { text: texts[1] }] : [{ text: texts[0] }],
    label: 'notes.md:12',
    cutLength: 0,
  };
  const analysis: Analysis = {
    modelId: 'bert',
    source: tokens,
    target: [],
    attentions: [attention],
    candidates: [],
    window: { start: 0, count: tokens.length, total: tokens.length },
    dropped: 0,
    device: 'wasm',
    runMs: 41.3,
  };
  const read = readTextOf(subject, { family: 'encoder-only' }, 0);
  const shown: Shown = {
    subject,
    read,
    analysis,
    device: { device: 'wasm', reason: 'no adapter' },
  };
  return {
    shown,
    attention,
    figure: ({ words = false, rescale = false, ...options } = {}) => {
      const heads = shownHeads([], attention.shape);
      const weights = averageHeads(attention, heads);
      const axes = axesOf(allUnits(shown, attention.kind, words), { ...whole, ...options });
      return {
        modelId: 'bert',
        modelName: 'BERT <mini>',
        subject,
        readText: read.text,
        targetText: undefined,
        unknownCount: tokens.filter(isUnknown).length,
        rareWords: undefined,
        device: shown.device,
        window: analysis.window,
        dropped: 0,
        kind: attention.kind,
        heads,
        headsInWords: headsInWords([], attention.shape),
        summary: inWords(summarize(weights, tokens, attention.kind)),
        view: matrixView(weights, [tokens.length, tokens.length], axes, rescale),
        viewKind: 'matrix',
        minShare: 0.02,
        words,
        rescaled: rescale,
        scale: 'sqrt',
        theme,
      };
    },
  };
}
