/** Ranks the heads of a model by what they do on a text. */
import { type Role, roles } from '../common/protocol/usualHeads';
import { type HeadPosition, tokenText } from '../common/attention/attention';
import {
  attentionTokens,
  type AttentionTokens,
  linkScores,
  ranked,
  roleScores,
  tellingHead,
  tellingScores,
  wordsOf,
} from '../common/attention/headScores';
import { usualScores } from '../common/protocol/usualHeads';
import type { EngineClient } from '../common/engineClient/engineClient';
import { EngineError } from '../common/errors';
import type { AnalyzeRequest } from '../common/protocol/engine/analyze';
import type { Attention, Token } from '../common/protocol/engine/types';

/** A head, counted from 1, as the screen counts. */
interface Head {
  readonly layer: number;
  readonly head: number;
}

export interface HeadRanking {
  readonly modelId: string;
  readonly kind: Attention['kind'];
  readonly countedFrom: 1;
  /** The tokens that look and those looked at. */
  readonly queries: readonly string[];
  readonly keys: readonly string[];
  /** What the most telling head says, with places in `queries` and `keys` counted from 0; null where none says anything. */
  readonly link: { readonly query: number; readonly key: number; readonly weight: number } | null;
  /** The most telling first. `here` is the score on this text alone, `usual` over other sentences; their product is `telling`. */
  readonly heads: readonly (Head & {
    readonly telling: number;
    readonly here: number;
    readonly usual: number | null;
    readonly scores: Readonly<Record<Role, number>>;
  })[];
  /** The heads by the weight from the first token of one word to the first of the other. */
  readonly find?: readonly (Head & { readonly weight: number })[];
}

/** What is looked for: an attention of a translator, and a link between two words of the text. */
export interface HeadQuestion {
  readonly kind: Attention['kind'] | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** @throws EngineError `input-invalid` where the model has no attention, or the text lacks a word. */
export async function rankHeads(
  client: EngineClient,
  request: AnalyzeRequest,
  { kind, from, to }: HeadQuestion,
): Promise<HeadRanking> {
  const analysis = await client.analyze(request);
  const { attentions } = analysis;
  const attention = kind
    ? attentions.find(each => each.kind === kind)
    : (attentions.find(each => each.kind === 'cross') ?? attentions[0]);
  if (!attention) {
    const has = attentions.map(each => each.kind).join(', ');
    throw new EngineError(
      'input-invalid',
      has === ''
        ? `${analysis.modelId} has no attention. "models" lists those that can "analyze".`
        : `${analysis.modelId} has no attention of the kind "${String(kind)}"; it has ${has}.`,
    );
  }
  const texts = [request.text, ...(request.textPair === undefined ? [] : [request.textPair])];
  const tokens = attentionTokens(analysis, attention.kind, texts);
  const usual = usualScores(analysis.usualHeads, attention)?.telling;
  const scores = roleScores(attention, tokens);
  const here = tellingScores(attention, tokens);
  const indexOf = ({ layer, head }: HeadPosition) => layer * attention.shape[1] + head;
  return {
    modelId: analysis.modelId,
    kind: attention.kind,
    countedFrom: 1,
    queries: tokens.queries.map(token => tokenText(token, tokens.queryTexts)),
    keys: tokens.keys.map(token => tokenText(token, tokens.keyTexts)),
    link: tellingHead(attention, tokens, usual)?.link ?? null,
    heads: ranked(tellingScores(attention, tokens, usual), attention).map(({ score, ...head }) => ({
      ...counted(head),
      telling: score,
      here: here[indexOf(head)] ?? 0,
      usual: usual?.[indexOf(head)] ?? null,
      // Every role is among them.
      scores: Object.fromEntries(roles.map(role => [role, scores[role][indexOf(head)]])) as Record<
        Role,
        number
      >,
    })),
    ...(from !== undefined && to !== undefined && { find: findHeads(attention, tokens, from, to) }),
  };
}

function findHeads(
  attention: Attention,
  { queries, queryTexts, keys, keyTexts }: AttentionTokens,
  from: string,
  to: string,
): readonly (Head & { readonly weight: number })[] {
  const query = placeOf(from, queries, queryTexts);
  const key = placeOf(to, keys, keyTexts);
  return ranked(linkScores(attention, [query], [key]), attention).map(({ score, ...head }) => ({
    ...counted(head),
    weight: score,
  }));
}

/** The first token of a word. @throws EngineError `input-invalid` where the text has no such word. */
function placeOf(word: string, tokens: readonly Token[], texts: readonly string[]): number {
  const place = wordsOf(tokens, texts).indexOf(word.trim().toLowerCase());
  if (place < 0) {
    const all = tokens.map(token => tokenText(token, texts)).join(' ');
    throw new EngineError('input-invalid', `"${word}" is no word of what was read: ${all}`);
  }
  return place;
}

const counted = ({ layer, head }: HeadPosition): Head => ({ layer: layer + 1, head: head + 1 });
