/** Bytes in readable form. */

import { visibleText } from './tokenText';

/** A run of bytes in readable form: characters, or bytes that are no whole character, in hexadecimal. */
export interface BytePart {
  readonly kind: 'text' | 'bytes';
  readonly text: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Two digits for each byte: `F0 9F`. */
export const hexadecimal = (bytes: readonly number[]): string =>
  bytes.map(byte => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');

/**
 * Reads bytes as text as far as they are UTF-8, and the rest as bytes: a replacement character would hide what they are,
 * so the bytes of one are bytes too.
 */
export function readBytes(bytes: readonly number[]): BytePart[] {
  const parts: BytePart[] = [];
  const add = (kind: BytePart['kind'], text: string, between: string) => {
    const last = parts.at(-1);
    if (last?.kind === kind) {
      parts[parts.length - 1] = { kind, text: last.text + between + text };
    } else {
      parts.push({ kind, text });
    }
  };
  let at = 0;
  while (at < bytes.length) {
    const character = characterAt(bytes, at);
    if (character === undefined) {
      add('bytes', hexadecimal(bytes.slice(at, at + 1)), ' ');
      at++;
    } else {
      add('text', character.text, '');
      at += character.length;
    }
  }
  // Whole, because a joiner belongs to the characters beside it.
  return parts.map(part =>
    part.kind === 'text' ? { ...part, text: visibleText(part.text) } : part,
  );
}

/** The parts as one text: `·caf C3`. */
export const spellParts = (parts: readonly BytePart[]): string =>
  parts.map(({ text }) => text).join(' ');

function characterAt(bytes: readonly number[], at: number) {
  const lead = bytes[at] ?? 0;
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  try {
    const text = utf8.decode(Uint8Array.from(bytes.slice(at, at + length)));
    // Bytes that a decoder takes for two characters are no character of this length.
    return [...text].length === 1 && text !== '\ufffd' ? { text, length } : undefined;
  } catch {
    return undefined; // No whole character begins here.
  }
}
