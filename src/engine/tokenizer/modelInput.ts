/** Puts tokens together to what a model reads, with the special tokens of its template. */
import type { AnalyzeRequest } from '../../common/protocol/engine/analyze';
import type { PredictRequest } from '../../common/protocol/engine/predict';
import type { Token, Window } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import type { Manifest } from '../../common/protocol/manifest';
import type { EncodedText, TemplatePart, TextToken, Tokenizer } from './encoding';
import type { Tokenizer as Library } from '@huggingface/tokenizers';
import { invalidTokenizer } from './tokenizerFile';

/** The input of a model: tokens with their special ones, and what was left out to make them fit. */
export interface ModelInput {
  readonly tokens: readonly Token[];
  readonly window: Window;
  /** Number of tokens left out, in both texts. */
  readonly dropped: number;
}

export interface Texts {
  readonly text: string;
  readonly textPair?: string | undefined;
}

/** The tokens of one text or two with their special ones, none left out. @throws EngineError `input-too-long` */
export function encodeWhole(tokenizer: Tokenizer, texts: Texts): readonly Token[] {
  const encoded = encodeTexts(tokenizer, texts);
  return applyTemplate(
    tokenizer,
    encoded,
    encoded.map(({ tokens }) => tokens),
  );
}

/**
 * Cuts one text or two to what fits the context.
 *
 * One text: a window of as many tokens as fit, from `windowStart` on, moved back where the text ends before it is
 * full. Two texts: the second keeps its beginning, up to half of the room when the first needs the other half;
 * the first has the rest as a window. So the shorter of them is whole wherever that is possible, and `windowStart`
 * moves along the first.
 *
 * @throws EngineError `input-empty` when a text has no token or none that is known, `input-too-long`.
 */
export function fitContext(
  tokenizer: Tokenizer,
  contextLength: number,
  texts: Texts,
  windowStart: number,
): ModelInput {
  const encoded = encodeTexts(tokenizer, texts);
  requireContent(tokenizer, textsOf(texts), encoded);
  const special = tokenizer.template(encoded.length === 2 ? 2 : 1).length - encoded.length;
  const room = contextLength - special;
  const [first = [], second = []] = encoded.map(({ tokens }) => tokens);
  const secondCount = Math.min(second.length, Math.max(room - first.length, Math.floor(room / 2)));
  const count = Math.min(first.length, room - secondCount);
  const start = Math.min(Math.max(0, Math.trunc(windowStart)), first.length - count);
  return {
    tokens: applyTemplate(tokenizer, encoded, [
      first.slice(start, start + count),
      second.slice(0, secondCount),
    ]),
    window: { start, count, total: first.length },
    dropped: first.length - count + second.length - secondCount,
  };
}

/**
 * Appends tokens to a text as they are. The end of a sequence that is longer than the context is taken, from a place that
 * moves by quarters of the context.
 *
 * @throws EngineError `input-empty` when there is no token at all, `input-too-long`.
 */
export function continuationInput(
  tokenizer: Tokenizer,
  contextLength: number,
  { text, appended = [] }: Pick<PredictRequest, 'text' | 'appended'>,
): ModelInput & { readonly text: string } {
  // A text of white space is enough if something follows it.
  const { tokens, words } =
    appended.length > 0 ? tokenizer.encode(text) : encodeWithContent(tokenizer, text);
  const after = tokenizer.decode(appended);
  const all: readonly Token[] = [
    ...tokens.map((token): Token => ({ ...token, segment: 0, isSpecial: false })),
    ...after.tokens.map(token => ({
      ...token,
      start: text.length + token.start,
      end: text.length + token.end,
      word: token.word < 0 ? token.word : words.length + token.word,
    })),
  ];
  if (all.length === 0) {
    throw new EngineError('input-empty', 'The text is empty. Write or select some words.');
  }
  const stride = Math.ceil(contextLength / 4);
  const start = Math.max(0, Math.ceil((all.length - contextLength) / stride)) * stride;
  return {
    text: text + after.text,
    tokens: all.slice(start),
    window: { start, count: all.length - start, total: all.length },
    dropped: start,
  };
}

/** @throws EngineError `input-invalid` when a second text is given to a model that reads one. */
export function requireOneText({ name }: Manifest, { textPair }: Texts): void {
  if (textPair !== undefined) {
    throw new EngineError('input-invalid', `${name} reads one text, not two.`);
  }
}

/** @throws EngineError `input-invalid` when a translation is given to a model that makes none. */
export function requireNoTarget(
  { name }: Manifest,
  request: Pick<AnalyzeRequest, 'targetText' | 'attentionOverride'>,
): void {
  if (request.targetText !== undefined || request.attentionOverride) {
    throw new EngineError('input-invalid', `${name} is no translator: give it a text alone.`);
  }
}

/** @throws EngineError `input-invalid` when a conversation is given to a model that reads texts alone. */
export function requireNoMessages({ name }: Manifest, { messages }: AnalyzeRequest): void {
  if (messages) {
    throw new EngineError('input-invalid', `${name} does not converse: give it a text alone.`);
  }
}

/** Encodes one text without special tokens. @throws EngineError `input-empty`, `input-too-long` */
function encodeWithContent(tokenizer: Tokenizer, text: string): EncodedText {
  const encoded = tokenizer.encode(text);
  requireContent(tokenizer, [text], [encoded]);
  return encoded;
}

/** @throws EngineError `input-invalid` when a model that reads from left to right is to fill masks. */
export function requireNoMask(
  { name }: Manifest,
  { masked = [] }: Pick<AnalyzeRequest, 'masked'>,
): void {
  if (masked.length > 0) {
    throw new EngineError(
      'input-invalid',
      `${name} fills no masks: it was trained to go on. Take a BERT.`,
    );
  }
}

const textsOf = ({ text, textPair }: Texts) => [
  text,
  ...(textPair === undefined ? [] : [textPair]),
];
const encodeTexts = (tokenizer: Tokenizer, texts: Texts) =>
  textsOf(texts).map(each => tokenizer.encode(each));

function requireContent(
  { unknownId }: Tokenizer,
  texts: readonly string[],
  encoded: readonly EncodedText[],
): void {
  for (const [index, { tokens }] of encoded.entries()) {
    const which = encoded.length === 1 ? 'text' : index === 0 ? 'first text' : 'second text';
    if (tokens.length === 0 || texts[index]?.trim() === '') {
      const isBlank = texts[index] !== '' && texts[index]?.trim() === '';
      throw new EngineError(
        'input-empty',
        isBlank
          ? `There is nothing but white space in the ${which}. Select some words.`
          : `The ${which} is empty. Select some words.`,
      );
    }
    if (tokens.every(({ id }) => id === unknownId)) {
      throw new EngineError(
        'input-empty',
        `The model knows nothing in the ${which}. Select some words.`,
      );
    }
  }
}

function applyTemplate(
  tokenizer: Tokenizer,
  encoded: readonly EncodedText[],
  chosen: readonly (readonly TextToken[])[],
): readonly Token[] {
  const firstWordCount = encoded[0]?.words.length ?? 0;
  return tokenizer.template(encoded.length === 2 ? 2 : 1).flatMap((part): readonly Token[] => {
    const { segment } = part;
    if ('special' in part) {
      return [{ ...part.special, start: 0, end: 0, segment, isSpecial: true, word: -1 }];
    }
    const wordOffset = part.textIndex === 0 ? 0 : firstWordCount;
    return (chosen[part.textIndex] ?? []).map(token => ({
      ...token,
      segment,
      isSpecial: false,
      word: token.word + wordOffset,
    }));
  });
}

/**
 * The special tokens that the post-processor puts around one text or two; none without a post-processor.
 *
 * @throws EngineError `model-invalid` when a text has no place in it, or a special token no id.
 */
export function specialTokenTemplate(
  postProcessor: Library['post_processor'],
  textCount: 1 | 2,
  idOf: (token: string) => number,
): readonly TemplatePart[] {
  // The post-processor knows strings only: two that are no tokens mark the places of the texts.
  const [first, second] = ['\0first', '\0second'] as const;
  const { tokens, token_type_ids: types } = postProcessor?.post_process(
    [first],
    textCount === 2 ? [second] : null,
  ) ?? { tokens: textCount === 2 ? [first, second] : [first] };
  if (!tokens.includes(first) || (textCount === 2 && !tokens.includes(second))) {
    throw invalidTokenizer('post_processor: a text has no place in it');
  }
  return tokens.map((text, index) => {
    const segment = (types?.[index] ?? Number(text === second)) === 1 ? 1 : 0;
    return text === first || text === second
      ? { segment, textIndex: text === first ? 0 : 1 }
      : { segment, special: { id: idOf(text), text } };
  });
}
