import { paragraphAt, type Source, type Stretch } from '../../subject/textSpan';

/** Longer paragraphs are looked at in parts, in UTF-16 units: about what BERT reads at once in English. */
const longestPassage = 2000;

/**
 * The part of a document that is looked at while the caret is at an offset: its paragraph.
 *
 * Of a paragraph that is too long, a part with the caret well inside. The parts do not follow the caret step by
 * step: most moves stay in the same one, whose analysis is known already.
 */
export function passageAt(source: Source, offset: number): Stretch {
  const paragraph = paragraphAt(source, offset, 4 * longestPassage);
  if (paragraph.end - paragraph.start <= longestPassage) {
    return paragraph;
  }
  const half = longestPassage / 2;
  const part = Math.max(0, Math.round((offset - half) / half)) * half;
  const from = Math.max(paragraph.start, part);
  const to = Math.min(paragraph.end, part + longestPassage);
  const text = source.read(from, to);
  // Begins and ends between words, as far as there are any.
  const start =
    from === paragraph.start ? 0 : Math.max(0, text.slice(0, half / 2).search(/(?<=\s)\S/u));
  const last = to === paragraph.end ? text.length : text.lastIndexOf(' ');
  return { start: from + start, end: from + (last > offset - from ? last : text.length) };
}
