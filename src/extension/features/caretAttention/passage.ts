/** Finds the passage around the caret, and keeps its attention. */
import { paragraphAt, type TextSource, type TextSpan } from '../../subject/textSpan';
import { LRUCache } from 'lru-cache';
import type { Analysis } from '../../../common/protocol/engine/analyze';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import type { Manifest } from '../../../common/protocol/manifest';

/** The longest passage, in UTF-16 units: about what BERT reads at once in English. Longer paragraphs are analysed in parts. */
const maxPassageLength = 2000;

/**
 * Finds the part of a document that is analysed while the caret is at an offset: its paragraph.
 *
 * For a paragraph that is too long it is a part with the caret well inside. The parts do not follow the caret step by
 * step: most moves stay in the same one, whose analysis is known already.
 */
export function passageAt(source: TextSource, offset: number): TextSpan {
  const paragraph = paragraphAt(source, offset, 4 * maxPassageLength);
  if (paragraph.end - paragraph.start <= maxPassageLength) {
    return paragraph;
  }
  const half = maxPassageLength / 2;
  const part = Math.max(0, Math.round((offset - half) / half)) * half;
  const from = Math.max(paragraph.start, part);
  const to = Math.min(paragraph.end, part + maxPassageLength);
  const text = source.read(from, to);
  // The part begins and ends between words, if there are any.
  const start =
    from === paragraph.start ? 0 : Math.max(0, text.slice(0, half / 2).search(/(?<=\s)\S/u));
  const last = to === paragraph.end ? text.length : text.lastIndexOf(' ');
  return { start: from + start, end: from + (last > offset - from ? last : text.length) };
}

/** The attention of earlier passages is kept up to this size, in bytes. */
const maxCacheBytes = 100e6;

/** Analyses passages, and keeps their attention by their text. */
export class PassageReader {
  readonly #known = new LRUCache<string, Analysis>({
    maxSize: maxCacheBytes,
    sizeCalculation: ({ attentions }) =>
      attentions.reduce((bytes, { weights }) => bytes + weights.byteLength, 1),
  });

  constructor(
    private readonly engine: EngineClient,
    private readonly onRun: (analysis: Analysis) => void,
  ) {}

  /** Returns the kept analysis of a text, if it covers the caret. */
  known(text: string, caret: number): Analysis | undefined {
    const known = this.#known.get(text);
    return known && covers(known, caret) ? known : undefined;
  }

  /**
   * Runs the model on a text, or on the part around the caret if the text is too long for the model.
   *
   * @param caret UTF-16 offset in the text.
   */
  async read(
    { id: modelId, contextLength }: Manifest,
    text: string,
    caret: number,
    signal: AbortSignal,
  ): Promise<Analysis> {
    const { tokens } = await this.engine.tokenize({ modelId, text }, { signal });
    const before = tokens.filter(({ isSpecial, end }) => !isSpecial && end < caret).length;
    const windowStart = Math.max(0, before - Math.floor(contextLength / 2));
    const analysis = await this.engine.analyze(
      { modelId, text, windowStart: tokens.length > contextLength ? windowStart : 0 },
      { signal },
    );
    this.#known.set(text, analysis);
    this.onRun(analysis);
    return analysis;
  }
}

/** Whether the whole text was read, or a part that holds the caret. */
function covers({ dropped, source }: Analysis, caret: number): boolean {
  const ofText = source.filter(({ isSpecial }) => !isSpecial);
  const [first, last] = [ofText[0], ofText.at(-1)];
  return dropped === 0 || (!!first && !!last && first.start <= caret && caret <= last.end);
}
