/** What of a subject a model reads at once, and how its tokens stand in the subject. */
import { flowing, sentenceSpans } from '../../../src/common/text/sentences';
import type { Manifest } from '../../../src/common/protocol/manifest';
import type { Token } from '../../../src/common/protocol/engine/types';
import type { Subject, TextRange } from '../../../src/common/protocol/pages/subject';

/** A sentence of a subject, in UTF-16 offsets of its segment. */
export interface Sentence extends TextRange {
  readonly text: string;
}

/** A text, or a pair of them, as a model reads it. */
export interface ReadText {
  readonly text: string;
  readonly textPair?: string | undefined;
  /** With how many beams a translator searched. */
  readonly beams?: number | undefined;
  /** The texts of the segments as far as tokens point into them, with what was put between two. */
  readonly texts: readonly string[];
  /** Of a translator: which sentence of the subject it is, and all of them. */
  readonly sentence?: { readonly index: number; readonly all: readonly Sentence[] } | undefined;
  /** A token of the text as one of the subject. */
  readonly place: (token: Token) => Token;
}

/** The sentences of all segments, in order; `text` in one line. */
export const sentencesOf = ({ segments }: Subject): readonly Sentence[] =>
  segments.flatMap(({ text }, segment) =>
    sentenceSpans(text).map(({ start, end }) => ({
      ...{ segment: segment === 0 ? (0 as const) : (1 as const), start, end },
      text: flowing(text).slice(start, end),
    })),
  );

/** Stands between two texts that are read as one: they become two paragraphs. */
const between = '\n\n';

/**
 * An encoder-only model reads two texts as a pair. A translator learned from single sentences and reads one. All others
 * read two texts as paragraphs of one.
 *
 * @param sentence which one a translator is to read; the last where there are fewer.
 */
export function readTextOf(
  subject: Subject,
  model: Pick<Manifest, 'family'> | undefined,
  sentence: number,
): ReadText {
  const [a, b] = subject.segments;
  const texts = subject.segments.map(({ text }) => text);
  if (model?.family === 'encoder-decoder') {
    // A line that ends inside a sentence is none of its words.
    const lines = texts.map(flowing);
    const all = sentencesOf(subject);
    const index = Math.max(0, Math.min(all.length - 1, sentence));
    const one = all[index];
    // Where there is no sentence, the engine says so.
    return one
      ? {
          text: one.text,
          ...{ texts: lines, sentence: { index, all }, place: token => moved(token, one) },
        }
      : { text: a.text, texts, place: token => token };
  }
  if (b && model?.family === 'decoder-only') {
    const first = a.text + between;
    return { text: first + b.text, texts: [first, b.text], place: token => split(token, first) };
  }
  return { text: a.text, textPair: b?.text, texts, place: token => token };
}

const moved = (token: Token, { segment, start }: Sentence): Token => ({
  ...token,
  segment,
  start: token.start + start,
  end: token.end + start,
});

/** A token that reaches over the end of the first text is one of it. */
const split = (token: Token, { length }: string): Token =>
  token.start < length
    ? { ...token, end: Math.min(token.end, length) }
    : { ...token, segment: 1, start: token.start - length, end: token.end - length };
