/** Normalization that keeps the offsets of the original text, and the segments that Unicode composes one by one. */

/**
 * A text after normalization that remembers where each of its characters came from.
 * `text` is in UTF-16 units; unit `i` of it came from the original's `[starts[i], ends[i])`, which holds whole
 * code points and the combining marks that the normalizer removed after them.
 */
export interface AlignedText {
  readonly text: string;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Marks and joiners that are part of the user-visible character before them (Unicode Standard Annex 29). */
const joinsPrevious = /^[\p{Grapheme_Extend}\p{Join_Control}]$/u;

/**
 * Normalizes character by character, so that each result has a known origin.
 *
 * For code points it gives what the Rust library gives for normalizers that look at one character at a time, as BERT's does; for
 * a final sigma it is nearer to it than normalizing the whole, because Rust lowers it without looking at the word.
 * Deviation from Rust: the range of a character covers the marks that were stripped from it, so that a range is
 * always whole on the screen.
 *
 * @param characters what is normalized by itself: a string is its code points.
 * @param offset where they begin in the original.
 */
export function normalizeAligned(
  characters: Iterable<string>,
  normalizeCharacter: (character: string) => string,
  offset = 0,
): AlignedText {
  const parts: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let from = offset;
  for (const character of characters) {
    const to = from + character.length;
    const normalized = normalizeCharacter(character);
    if (normalized !== '') {
      parts.push(normalized);
      for (let unit = 0; unit < normalized.length; unit++) {
        starts.push(from);
        ends.push(to);
      }
    } else if (ends.at(-1) === from && joinsPrevious.test(character)) {
      // All units that came from the character before grow by the mark.
      for (let unit = ends.length - 1; ends[unit] === from; unit--) {
        ends[unit] = to;
      }
    }
    from = to;
  }
  return { text: parts.join(''), starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
}

/**
 * Cuts a text into the shortest segments that Unicode's composition (NFC) treats one by one: a letter with the
 * marks it takes up, a Korean syllable from its letters, everything else a code point each.
 *
 * Composing the segments one by one gives what composing the whole gives, and so each result has a known origin.
 *
 * @see Unicode Standard Annex 15, section 3
 */
export function* nfcSegments(text: string): Generator<string> {
  for (const [cluster] of text.matchAll(clusters)) {
    // Marks may be put into another order too; then nothing is certain but the cluster.
    const segments = [...segmentsOf(cluster)];
    const isSame = segments.map(compose).join('') === compose(cluster);
    yield* isSame ? segments : [cluster];
  }
}

/** A code point and all that could change with it: marks, and the Korean letters that close a syllable. */
const clusters = /[^][\p{M}\u1160-\u11ff]*/gu;

const compose = (text: string) => text.normalize('NFC');
const codePointCount = (text: string) => [...text].length;

function* segmentsOf(cluster: string): Generator<string> {
  let segment = '';
  for (const character of cluster) {
    if (
      segment !== '' &&
      codePointCount(compose(segment + character)) > codePointCount(compose(segment))
    ) {
      yield segment;
      segment = '';
    }
    segment += character;
  }
  yield segment;
}
