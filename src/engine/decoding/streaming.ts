import type { StreamedToken } from '../../common/protocol/engine/generate';
import type { Tokenizer } from '../tokenizer/tokenizer';
import type { ChosenToken } from './sequences';

/** Tells of each token as it is chosen; `streamId` is the caller's. */
export type OnToken = (token: Omit<StreamedToken, 'streamId'>) => void;

/**
 * Tells of tokens with their place in the text so far. A character is told when its last byte is there.
 *
 * @param told what is told besides: `heldBack` with each, `read` with the first.
 */
export function streamTokens(
  tokenizer: Tokenizer,
  onToken: OnToken,
  { heldBack, read }: Pick<StreamedToken, 'heldBack' | 'read'> = {},
): (token: ChosenToken) => void {
  const ids: number[] = [];
  let toldLength = 0;
  return ({ id, logProbability, logAllowed }) => {
    ids.push(id);
    const { text, settledLength, tokens } = tokenizer.decode(ids);
    const token = tokens.at(-1) ?? tokenizer.specialToken(id, settledLength);
    const end = Math.min(token.end, settledLength);
    onToken({
      token: { ...token, start: Math.min(token.start, end), end },
      text: text.slice(toldLength, settledLength),
      logProbability,
      ...(logAllowed !== undefined && { logAllowed }),
      ...(heldBack !== undefined && { heldBack }),
      ...(ids.length === 1 && read && { read }),
    });
    toldLength = settledLength;
  };
}
