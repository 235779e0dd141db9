/** Makes of a text that the model would have written one that can stand in place of a completion, by the rules of offers. */
import type { Fit } from './balance';
import type { CursorContext } from './cursorContext';
import { completionKind } from './endings';
import { judge, postprocess } from './postprocess';
import type { Branch } from './whatIf';

/** Where a completion was offered. */
export interface OfferPlace {
  readonly context: CursorContext;
  /** What was offered there. */
  readonly offered: Fit;
}

/**
 * The text of a branch from the caret on, with the end that an offer would have. A text that is offered no one unasked,
 * such as an improbable one, can be taken all the same: it was asked for.
 *
 * @param text all that the model wrote of its own.
 * @returns as `obstacle` why it cannot be put there; then the offer is only for reading.
 */
export function offerOfBranch(
  branch: Pick<Branch, 'text' | 'finish'>,
  text: string,
  {
    source,
    place,
  }: {
    readonly source: { readonly start: number; readonly text: string };
    readonly place?: OfferPlace | undefined;
  },
): { readonly offer: Fit; readonly obstacle: string | undefined } {
  const written = branch.text.slice(source.start);
  if (branch.text.slice(0, source.start) !== text.slice(0, source.start)) {
    const obstacle = 'It does not begin with what you had typed, so it cannot stand here.';
    return { offer: { text: branch.text.trimEnd(), replacedLength: 0 }, obstacle };
  }
  if (!place) {
    const obstacle = 'The place of this completion is not known any more: the window was reloaded.';
    return { offer: { text: written.trimEnd(), replacedLength: 0 }, obstacle };
  }
  const { context, offered } = place;
  // White space that the model has not written, because the caret was brought to its level of indentation.
  const lead = offered.text.endsWith(source.text)
    ? offered.text.slice(0, offered.text.length - source.text.length)
    : '';
  const level = { ...context, before: context.before + lead };
  const kind = completionKind(context);
  const whole = postprocess(written, branch.finish, kind, level, []);
  const judgement =
    whole.text === ''
      ? undefined
      : judge({ ...whole, text: lead + whole.text, raw: lead + whole.raw }, context);
  const [line = ''] = written.trimEnd().split('\n');
  const plain = { text: lead + (line.trim() === '' ? written.trimEnd() : line), replacedLength: 0 };
  const offer = judgement && 'offer' in judgement ? judgement.offer : plain;
  return offer.text.trim() === ''
    ? { offer, obstacle: 'The model would have written nothing here.' }
    : { offer: { text: offer.text, replacedLength: offer.replacedLength }, obstacle: undefined };
}
