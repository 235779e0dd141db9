/** Computes the attention of the token at a caret, in the passage around it. */
import {
  attentionRow,
  type HeadPosition,
  maySee,
  type Scale,
  strengthOf,
} from '../../../common/attention/attention';
import {
  attentionTokens,
  type TellingHead,
  tellingHead,
} from '../../../common/attention/headScores';
import { usualScores } from '../../../common/protocol/usualHeads';
import type { Analysis } from '../../../common/protocol/engine/analyze';
import type { Token } from '../../../common/protocol/engine/types';
import { paragraphAt, partAround, type TextSource } from '../../subject/textSpan';
import { type TextSpan } from '../../../common/text/sentences';
import { LRUCache } from 'lru-cache';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import type { Manifest } from '../../../common/protocol/manifest';

/** A token of the text, and how much the query attends to it. */
export interface TokenWeight {
  readonly token: Token;
  /** 0 to 1: the share of all attention of the query, including that on special tokens. */
  readonly weight: number;
  /** 0 to 1, for painting: 1 for the strongest token of the text. */
  readonly strength: number;
}

/** The attention of one query. */
export interface QueryAttention {
  /** The query: the token under the caret. */
  readonly query: Token;
  /** The tokens that it attends to, in the order of the text. */
  readonly attended: readonly TokenWeight[];
  /** The weight of `[CLS]` and `[SEP]`, which stand for no character. */
  readonly specialWeight: number;
}

/**
 * Computes what the token under the caret attends to.
 *
 * @param caret UTF-16 offset in the analysed text.
 * @param heads the heads to average; at least one.
 * @returns undefined if no token stands for a character.
 */
export function attentionAt(
  { source, attentions: [attention] }: Analysis,
  caret: number,
  heads: readonly HeadPosition[],
  scale: Scale,
): QueryAttention | undefined {
  const query = nearestToken(source, caret);
  if (query === undefined || !attention) {
    return undefined;
  }
  const row = attentionRow(attention, query.index, heads);
  const shares = source
    .map((token, key) => ({ token, key, weight: row[key] ?? 0 }))
    .filter(({ key }) => maySee(attention, query.index, key));
  const ofText = shares.filter(({ token }) => !token.isSpecial);
  const top = ofText.reduce((max, { weight }) => Math.max(max, weight), 0);
  return {
    query: query.token,
    attended: ofText.map(({ token, weight }) => ({
      ...{ token, weight },
      strength: strengthOf(weight, top, scale),
    })),
    specialWeight: shares.reduce(
      (sum, { token, weight }) => sum + (token.isSpecial ? weight : 0),
      0,
    ),
  };
}

/**
 * The most telling head of a sentence, judged as the panel judges it. The passage was read whole, so what the words of
 * other sentences add to these weights is in them; the links that are judged are those within the sentence.
 *
 * @param text the passage that was analysed.
 * @param sentence in UTF-16 offsets of the passage.
 * @returns undefined where no head tells anything, as of a sentence of three tokens.
 */
export function tellingAt(
  analysis: Analysis,
  text: string,
  sentence: TextSpan,
): TellingHead | undefined {
  const [attention] = analysis.attentions;
  if (!attention) {
    return undefined;
  }
  const tokens = attentionTokens(analysis, attention.kind, [text]);
  // What is special counts neither as looking nor as looked at.
  const within = (all: readonly Token[]) =>
    all.map(token =>
      token.start >= sentence.start && token.end <= sentence.end
        ? token
        : { ...token, isSpecial: true },
    );
  return tellingHead(
    attention,
    { ...tokens, queries: within(tokens.queries), keys: within(tokens.keys) },
    usualScores(analysis.usualHeads, attention)?.telling,
  );
}

/** Finds the token that the caret is in or touches, preferring the one behind it; otherwise the nearest. */
function nearestToken(
  tokens: readonly Token[],
  caret: number,
): { readonly token: Token; readonly index: number } | undefined {
  let nearest: { token: Token; index: number; distance: number } | undefined;
  tokens.forEach((token, index) => {
    if (token.isSpecial || token.start === token.end) {
      return;
    }
    const distance =
      caret < token.start ? token.start - caret : Math.max(0, caret - token.end + 0.5);
    if (!nearest || distance < nearest.distance) {
      nearest = { token, index, distance };
    }
  });
  return nearest;
}

/** The longest passage, in UTF-16 units: about what BERT reads at once in English. Longer paragraphs are analysed in parts. */
const maxPassageLength = 2000;

/** The part of a document that is analysed while the caret is at an offset: its paragraph, or a part of one that is too long. */
export const passageAt = (source: TextSource, offset: number): TextSpan =>
  partAround(source, paragraphAt(source, offset, 4 * maxPassageLength), offset, maxPassageLength);

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
