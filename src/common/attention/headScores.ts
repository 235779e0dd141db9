/** What each head does on a text: its roles, how telling it is, and which heads link two given tokens. */
import type { Analysis } from '../protocol/engine/analyze';
import type { Attention, Token } from '../protocol/engine/types';
import { isUnknown } from '../text/tokenText';
import { functionWords, pronouns } from '../text/functionWords';
import { allHeads, type HeadPosition, maySee, weightOf } from './attention';
import { type Role, roles } from '../protocol/usualHeads';

/** The tokens along both sides of an attention. */
export interface AttentionTokens {
  readonly queries: readonly Token[];
  readonly keys: readonly Token[];
  /** The texts that offsets of the tokens point into, by segment. */
  readonly queryTexts: readonly string[];
  readonly keyTexts: readonly string[];
  /** How many places a key stands before its index: 1 in the decoder of a translator, whose step reads what the one before wrote. */
  readonly keyShift: 0 | 1;
}

/** What a decoder reads before its first token. */
const begin: Token = {
  ...{ id: -1, text: '<s>', start: 0, end: 0, segment: 0, isSpecial: true, word: -1 },
};

/**
 * The tokens of one of an analysis's attentions.
 *
 * @param texts that were analysed, by segment.
 */
export function attentionTokens(
  { source, target, targetText, prompt }: Analysis,
  kind: Attention['kind'],
  texts: readonly string[],
): AttentionTokens {
  const read = { tokens: source, texts: prompt === undefined ? texts : [prompt] };
  const written = { tokens: target, texts: [targetText ?? ''] };
  const isTranslation = targetText !== undefined;
  const queries = isTranslation && kind !== 'encoder' ? written : read;
  const isShifted = isTranslation && kind === 'decoder';
  const keys = isShifted ? { tokens: [begin, ...target.slice(0, -1)], texts: written.texts } : read;
  return {
    ...{ queries: queries.tokens, queryTexts: queries.texts },
    ...{ keys: keys.tokens, keyTexts: keys.texts },
    keyShift: isShifted ? 1 : 0,
  };
}

/** A number for each head, [L, H], row-major. */
export type HeadNumbers = Float32Array<ArrayBuffer> | readonly number[];

export type RoleScores = Readonly<Record<Role, Float32Array<ArrayBuffer>>>;

/**
 * How much each head does each thing on a text, [L, H] each. All are means over the queries that stand for characters;
 * the first token of a model that only looks back is left out, because it has nothing else to look at.
 *
 * - `previous`, `next`: weight on the token before and after; 0 where that is special.
 * - `same`: weight on the token itself and on its repetitions.
 * - `duplicate`: weight on earlier tokens that are the same; a mean over the queries that have one.
 * - `induction`: weight on what followed an earlier token that is the same; a mean over the queries that have one
 *   (Olsson et al., "In-context Learning and Induction Heads", 2022, arXiv:2209.11895, "prefix matching").
 * - `start`: weight on the start token, or on the first token of a model that only looks back, whatever it is
 *   (the sink of Xiao et al., arXiv:2309.17453, section 3.1).
 * - `separator`: weight on the other special tokens (Clark et al., arXiv:1906.04341, section 3.2).
 * - `entropy`: of the row, over the logarithm of the number of keys that it may see: 0 for one token, 1 for all alike.
 * - `distance`: of the tokens looked at, special ones left out, in tokens.
 *
 * In cross-attention a query and a key stand in different texts: there all that compares them is 0.
 */
export function roleScores(
  { kind, shape, weights }: Attention,
  tokens: AttentionTokens,
): RoleScores {
  const [layers, heads, queries, keys] = shape;
  const scores = byRole(() => new Float32Array(layers * heads));
  const rows = rowsOf(tokens, kind);
  const counts = byRole(role =>
    role === 'duplicate' || role === 'induction'
      ? rows.filter(row => row[role].length > 0).length
      : rows.length,
  );
  for (let head = 0; head < layers * heads; head++) {
    const sums = byRole(() => 0);
    for (const row of rows) {
      addRow(sums, row, weights, (head * queries + row.query) * keys);
    }
    for (const role of roles) {
      scores[role][head] = sums[role] / Math.max(1, counts[role]);
    }
  }
  return scores;
}

/** Adds what one row of a head does. @param at where the row begins in the weights. */
function addRow(sums: Record<Role, number>, row: Row, weights: Float32Array, at: number): void {
  for (const role of placeRoles) {
    const places = row[role];
    for (let index = 0; index < places.length; index++) {
      sums[role] += weights[at + places[index]!]!;
    }
  }
  let [entropy, far, shown] = [0, 0, 0];
  for (let key = 0; key < row.visible; key++) {
    const weight = weights[at + key]!;
    entropy -= weight > 0 ? weight * Math.log(weight) : 0;
    const distance = row.distances[key]!;
    if (distance >= 0) {
      far += weight * distance;
      shown += weight;
    }
  }
  sums.entropy += row.visible > 1 ? entropy / Math.log(row.visible) : 0;
  sums.distance += shown > 0 ? far / shown : 0;
}

/** The roles that are weights on certain keys. */
const placeRoles = [
  ...(['previous', 'next', 'same', 'duplicate', 'induction', 'start', 'separator'] as const),
] as const;

function byRole<T>(make: (role: Role) => T): Record<Role, T> {
  // Every role is among them, which the type of `fromEntries` does not say.
  return Object.fromEntries(roles.map(role => [role, make(role)])) as Record<Role, T>;
}

/** The keys that matter to the roles of one query. */
interface Row extends Readonly<Record<(typeof placeRoles)[number], readonly number[]>> {
  readonly query: number;
  /** How many keys it may see, from the first on. */
  readonly visible: number;
  /** By key, in tokens; -1 for a special token. */
  readonly distances: Int32Array;
}

function rowsOf({ queries, keys, keyShift }: AttentionTokens, kind: Attention['kind']): Row[] {
  const isCross = kind === 'cross';
  const looksBack = kind === 'decoder';
  const placesOf = new Map<number, number[]>();
  keys.forEach(({ id }, key) => placesOf.set(id, [...(placesOf.get(id) ?? []), key]));
  const isWord = (key: number) => keys[key]?.isSpecial === false;
  return queries.flatMap((token, query) => {
    if (token.isSpecial || (looksBack && query === 0)) {
      return [];
    }
    // Where the query itself stands among the keys.
    const own = query + keyShift;
    const visible = looksBack ? query + 1 : keys.length;
    const seen = (places: readonly number[]) => places.filter(key => key >= 0 && key < visible);
    const alike = isCross ? [] : seen(placesOf.get(token.id) ?? []);
    const earlier = alike.filter(key => key < own);
    return {
      ...{ query, visible },
      previous: isCross ? [] : seen([own - 1]).filter(isWord),
      next: isCross ? [] : seen([own + 1]).filter(isWord),
      same: alike,
      duplicate: earlier,
      induction: seen(earlier.map(key => key + 1)).filter(key => key < own),
      start: keys[0]?.isSpecial || (looksBack && keyShift === 0) ? [0] : [],
      separator: seen(keys.flatMap(({ isSpecial }, key) => (isSpecial && key > 0 ? key : []))),
      distances: Int32Array.from(keys, ({ isSpecial }, key) =>
        isSpecial || isCross ? -1 : Math.abs(own - key),
      ),
    };
  });
}

/** A link between two tokens, by their indexes along the axes of the attention. */
interface TokenLink {
  readonly query: number;
  readonly key: number;
  readonly weight: number;
}

/** How near a token may be and still be a neighbour by position. */
const maxNeighbour = 2;

/** What the telling score looks at: queries, each with the keys that count. */
interface FarKeys {
  readonly query: number;
  readonly isPronoun: boolean;
  readonly keys: readonly number[];
}

/**
 * The queries and keys that tell something: words that point at others (pronouns, else the other closed classes, else all
 * words), and the content words more than two tokens away; of a pronoun those before it.
 */
function farKeys(tokens: AttentionTokens, attention: Attention): readonly FarKeys[] {
  const { queries, keys, keyShift } = tokens;
  const isCross = attention.kind === 'cross';
  const queryWords = wordsOf(queries, tokens.queryTexts);
  const keyWords = wordsOf(keys, tokens.keyTexts);
  // What all later tokens see is a sink, whatever it is.
  const sink = attention.kind === 'decoder' ? 0 : -1;
  const content = keys.flatMap((token, key) =>
    isWordly(token, keyWords[key]) && !functionWords.has(keyWords[key]!) && key !== sink ? key : [],
  );
  const far = queries.flatMap((token, query): FarKeys[] => {
    const word = queryWords[query];
    if (!isWordly(token, word)) {
      return [];
    }
    const own = query + keyShift;
    const isFar = (key: number) =>
      isCross || (Math.abs(own - key) > maxNeighbour && maySee(attention, query, key));
    const seen = content.filter(isFar);
    // A pronoun stands for a word before it.
    const before = !isCross && pronouns.has(word!) ? seen.filter(key => key < own) : [];
    const isPronoun = before.length > 0;
    return seen.length > 0 ? [{ query, isPronoun, keys: isPronoun ? before : seen }] : [];
  });
  const ofPronouns = far.filter(({ isPronoun }) => isPronoun);
  const ofFunctionWords = isCross
    ? []
    : far.filter(({ query }) => functionWords.has(queryWords[query]!));
  return [ofPronouns, ofFunctionWords].find(rows => rows.length > 0) ?? far;
}

/** Whether a token is of a word that the model can read. */
const isWordly = (token: Token, word: string | undefined) =>
  !token.isSpecial && !isUnknown(token) && word !== undefined && /[\p{L}\p{N}]/u.test(word);

/** The word of each token as the pre-tokenizer cut it, in small letters; undefined for a special token. */
export function wordsOf(
  tokens: readonly Token[],
  texts: readonly string[],
): (string | undefined)[] {
  const spans = new Map<number, { start: number; end: number; segment: number }>();
  for (const { word, start, end, segment } of tokens) {
    const known = spans.get(word);
    spans.set(word, {
      segment,
      start: Math.min(start, known?.start ?? start),
      end: Math.max(end, known?.end ?? end),
    });
  }
  return tokens.map(({ word, isSpecial }) => {
    const span = spans.get(word);
    return isSpecial || !span
      ? undefined
      : texts[span.segment]?.slice(span.start, span.end).trim().toLowerCase();
  });
}

/**
 * How telling each head is on a text, [L, H]: the mean, over the words that point at others, of the largest weight on a
 * content word more than two tokens away. The start token, separators and neighbours by position count nothing. In
 * cross-attention all words of the target count, and all content words of the source.
 *
 * @param usual what the same score usually is, over other sentences: the score is multiplied by it, because a head that
 *   does so on one text alone does it by chance. All zero where nothing is far enough away.
 */
export function tellingScores(
  attention: Attention,
  tokens: AttentionTokens,
  usual?: HeadNumbers,
): Float32Array<ArrayBuffer> {
  const { shape, weights } = attention;
  const [layers, heads, queries, keys] = shape;
  const rows = farKeys(tokens, attention);
  return Float32Array.from({ length: layers * heads }, (_, head) => {
    let total = 0;
    for (const row of rows) {
      const at = (head * queries + row.query) * keys;
      let largest = 0;
      for (const key of row.keys) {
        largest = Math.max(largest, weights[at + key]!);
      }
      total += largest;
    }
    return (total / Math.max(1, rows.length)) * (usual?.[head] ?? 1);
  });
}

/** The head that says most about a text, and what it says. */
export interface TellingHead extends HeadPosition {
  readonly score: number;
  /** Its strongest link among those that count: of a pronoun, where the text has one. */
  readonly link: TokenLink;
}

/** The most telling head. @returns undefined where no head tells anything, as of a text of three tokens. */
export function tellingHead(
  attention: Attention,
  tokens: AttentionTokens,
  usual?: HeadNumbers,
): TellingHead | undefined {
  const [best] = ranked(tellingScores(attention, tokens, usual), attention);
  if (!best || best.score <= 0) {
    return undefined;
  }
  const rows = farKeys(tokens, attention);
  const pointing = rows.filter(({ isPronoun }) => isPronoun);
  const links = (pointing.length > 0 ? pointing : rows).flatMap(({ query, keys }) =>
    keys.map(key => ({ query, key, weight: weightOf(attention, best, { query, key }) })),
  );
  const link = links.reduce((strongest, one) => (one.weight > strongest.weight ? one : strongest));
  return { ...best, link };
}

/** Heads by a score, the highest first; equal ones by layer and head. */
export function ranked(
  scores: HeadNumbers,
  { shape }: Pick<Attention, 'shape'>,
): (HeadPosition & { readonly score: number })[] {
  return allHeads(shape)
    .map((position, index) => ({ ...position, score: scores[index] ?? 0 }))
    .sort((a, b) => b.score - a.score);
}

/**
 * How much each head gives from some tokens to others, [L, H]: the sum over the keys, the mean over the queries, as
 * words are merged.
 */
export function linkScores(
  attention: Attention,
  queries: readonly number[],
  keys: readonly number[],
): Float32Array<ArrayBuffer> {
  return Float32Array.from(allHeads(attention.shape), position => {
    let total = 0;
    for (const query of queries) {
      for (const key of keys) {
        total += weightOf(attention, position, { query, key });
      }
    }
    return total / Math.max(1, queries.length);
  });
}
