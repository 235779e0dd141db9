/** Segments of a text that Unicode composes one by one. */

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
