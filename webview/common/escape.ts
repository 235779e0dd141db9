/** Text inside other text: XML, CSV, Markdown, and names of files. */
import type { Subject } from '../../src/common/protocol/pages/subject';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What XML 1.0 does not allow, even as a reference, and halves of surrogate pairs. */
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Text that stands in XML or HTML, in an element or in a quoted attribute, as itself. */
export const xmlText = (text: string): string =>
  text.replace(notXml, '\ufffd').replace(/[&<>"']/g, character => entities[character] ?? '');

/**
 * A field of a CSV file (RFC 4180), always quoted.
 *
 * A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV Injection").
 */
export function csvField(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/**
 * Text inside a line of Markdown, also in a table, as itself (CommonMark and GitHub's tables, backslash escapes).
 *
 * Only what means something inside a line is escaped, for the source is read as often as the rendering. It
 * must not begin a line.
 */
export const markdownText = (text: string): string =>
  text.replace(/[\s\u0000-\u001f]+/g, ' ').replace(/[\\`*_[<|~&$]/g, character => `\\${character}`);

/** Text as a block of code in Markdown, its fence longer than any in the text. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text.replaceAll('\u0000', '␀')}\n${fence}`;
}

/** "attention-notes.md-12": safe as a file's name on every system. @param kind what is in the file: "attention". */
export function fileStem(kind: string, subject: Pick<Subject, 'label'>): string {
  const safe = subject.label
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  return safe ? `${kind}-${safe}` : kind;
}
