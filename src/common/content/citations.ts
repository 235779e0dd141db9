/** The markup of a lesson's text. */

/** A span of a lesson's text: words, words with stress, or a cited source. */
export type Span =
  | { readonly kind: 'words' | 'stress'; readonly text: string }
  | { readonly kind: 'cite'; readonly source: string; readonly place: string | undefined };

const markup = /\[@([a-z0-9]+)(?:, ([^\]]+))?\]|\*([^*]+)\*/g;

/** Cuts a lesson's text at its `[@source]`, `[@source, place]` and `*stress*`. */
export function spansOf(text: string): readonly Span[] {
  const spans: Span[] = [];
  let end = 0;
  for (const match of text.matchAll(markup)) {
    if (match.index > end) {
      spans.push({ kind: 'words', text: text.slice(end, match.index) });
    }
    const [whole, source, place, stress] = match;
    spans.push(
      source === undefined
        ? { kind: 'stress', text: stress ?? '' }
        : { kind: 'cite', source, place },
    );
    end = match.index + whole.length;
  }
  if (end < text.length) {
    spans.push({ kind: 'words', text: text.slice(end) });
  }
  return spans;
}

/** The words alone, for places without links. */
export const plainWords = (text: string): string =>
  spansOf(text)
    .flatMap(span => (span.kind === 'cite' ? [] : [span.text]))
    .join('')
    .replace(/ +(?=[.,;:)]|$)/g, '')
    .trim();
