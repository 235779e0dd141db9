import { LRUCache } from 'lru-cache';
import type { Analysis } from '../../../common/protocol/engine/analyze';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import type { Manifest } from '../../../common/protocol/manifest';

/** Attention of earlier passages is kept up to this size, in bytes. */
const cacheBytes = 100e6;

/** Gives the attention of passages and remembers it by their text. */
export class PassageReader {
  readonly #known = new LRUCache<string, Analysis>({
    maxSize: cacheBytes,
    sizeCalculation: ({ attentions }) =>
      attentions.reduce((bytes, { weights }) => bytes + weights.byteLength, 1),
  });

  constructor(
    private readonly engine: EngineClient,
    private readonly onRun: (analysis: Analysis) => void,
  ) {}

  /** What is remembered of a text, if it has read the place of the caret. */
  known(text: string, caret: number): Analysis | undefined {
    const known = this.#known.get(text);
    return known && covers(known, caret) ? known : undefined;
  }

  /**
   * Runs the model on a text, or on the part of it around the caret where it is too long for the model.
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

/** The whole text was read, or the part of it around the caret. */
function covers({ dropped, source }: Analysis, caret: number): boolean {
  const ofText = source.filter(({ isSpecial }) => !isSpecial);
  const [first, last] = [ofText[0], ofText.at(-1)];
  return dropped === 0 || (!!first && !!last && first.start <= caret && caret <= last.end);
}
