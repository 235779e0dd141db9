import type { Origin, Piece, Subject } from '../../../common/protocol/pages/subject';
import { EngineError } from '../../../common/errors';
import type { WritingRequest } from './suggester';

/** Where a text with plain line ends stands in a document whose line ends may be of two characters. */
export function piecesOf(documentText: string, documentOffset: number): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  let from = 0;
  for (;;) {
    const end = documentText.indexOf('\r\n', from);
    const length = (end < 0 ? documentText.length : end) - from;
    pieces.push({ start, length, documentOffset: documentOffset + from });
    if (end < 0) {
      return pieces.filter(piece => piece.length > 0);
    }
    // The line end itself is in no piece: it reads otherwise here.
    start += length + 1;
    from = end + 2;
  }
}

/** Pieces no longer than a text that was cut at its end. */
export const withinLength = (pieces: readonly Piece[], length: number): Piece[] =>
  pieces.flatMap(piece =>
    piece.start < length
      ? [{ ...piece, length: Math.min(piece.length, length - piece.start) }]
      : [],
  );

/** A completion as something to look at: what the model read, and what was offered. */
export function subjectOfCompletion(
  request: WritingRequest,
  text: string,
  label: string,
  origins: { readonly prompt: Origin; readonly text: Origin | undefined },
): Subject {
  return {
    modelId: request.modelId,
    segments: [
      { text: request.text ?? '', origin: origins.prompt },
      { text, origin: origins.text },
    ],
    label,
    cutLength: 0,
  };
}

/**
 * The request that gave a completion whose own is no longer known, after a reload of the window: the greedy one.
 *
 * @throws EngineError `input-invalid` where the subject is no completion.
 */
export function requestOf(subject: Subject | undefined): WritingRequest {
  const [prompt, completion] = subject?.segments ?? [];
  if (!subject || !prompt || !completion) {
    throw new EngineError('input-invalid', 'No completion was shown yet.');
  }
  return {
    modelId: subject.modelId,
    text: prompt.text,
    strategy: { kind: 'greedy' },
    heal: true,
    maxNewTokens: 1 + completion.text.length,
    stop: ['\n\n'],
    loopGuard: true,
  };
}
