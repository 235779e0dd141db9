/** The parts of a model that a user has switched off, as data and in words. */
import type {
  Ablation,
  AttentionHead,
  FeedForward,
} from '../../../src/common/protocol/engine/ablation';
import type { Manifest } from '../../../src/common/protocol/manifest';
import { headName } from '../../matrix/heads';
import {
  attentionLayersOf,
  feedForwardsOf,
  headsOf,
  wholeLayer,
} from '../../../src/common/attention/modelParts';

/** Heads and feed-forward networks, each at most once. */
export type Parts = Required<Pick<Ablation, 'heads' | 'feedForwards'>> & {
  readonly heads: readonly AttentionHead[];
  readonly feedForwards: readonly FeedForward[];
};

type Model = Pick<Manifest, 'architecture' | 'layers' | 'heads'>;

export const noParts: Parts = { heads: [], feedForwards: [] };

export const isNone = ({ heads, feedForwards }: Parts): boolean =>
  heads.length + feedForwards.length === 0;

const isSameHead = (a: AttentionHead, b: AttentionHead) =>
  a.kind === b.kind && a.layer === b.layer && a.head === b.head;
const isSameNetwork = (a: FeedForward, b: FeedForward) => a.kind === b.kind && a.layer === b.layer;

/** Whether all of `some` are among `parts`. */
export const includes = (parts: Parts, some: Parts): boolean =>
  some.heads.every(head => parts.heads.some(each => isSameHead(each, head))) &&
  some.feedForwards.every(one => parts.feedForwards.some(each => isSameNetwork(each, one)));

export const without = (parts: Parts, some: Parts): Parts => ({
  heads: parts.heads.filter(head => !some.heads.some(each => isSameHead(each, head))),
  feedForwards: parts.feedForwards.filter(
    one => !some.feedForwards.some(each => isSameNetwork(each, one)),
  ),
});

/** Both, each part once. */
export function together(parts: Parts, more: Parts): Parts {
  const { heads, feedForwards } = without(more, parts);
  return {
    heads: [...parts.heads, ...heads],
    feedForwards: [...parts.feedForwards, ...feedForwards],
  };
}

/** Those of the parts that a model has, each once, in the model's own order; the same object where that changes nothing. */
export function partsOf(model: Model, parts: Parts): Parts {
  const there = {
    heads: headsOf(model).filter(head => parts.heads.some(each => isSameHead(each, head))),
    feedForwards: feedForwardsOf(model).filter(one =>
      parts.feedForwards.some(each => isSameNetwork(each, one)),
    ),
  };
  const isAll =
    there.heads.length === parts.heads.length &&
    there.feedForwards.length === parts.feedForwards.length;
  return isAll ? parts : there;
}

/** Parts that are named together, and switched on again together. */
export interface Group {
  /** "L2·H4", "Layer 2": short, for a button. */
  readonly name: string;
  /** "layer 2, head 4": as a part of a sentence. */
  readonly words: string;
  readonly parts: Parts;
}

/**
 * The parts as few groups, the largest first: all that a model has, whole layers, all heads of a layer, single parts.
 * Where a model has several kinds of attention, each name says which.
 */
export function groupsOf(model: Model, parts: Parts): readonly Group[] {
  let left = partsOf(model, parts);
  const groups: Group[] = [];
  for (const group of [...largeGroups(model), ...smallGroups(model, left)]) {
    if (!isNone(group.parts) && includes(left, group.parts)) {
      groups.push(group);
      left = without(left, group.parts);
    }
  }
  return groups;
}

/** What can be switched off besides single heads, for a choice. */
export function largeGroups(model: Model): readonly Group[] {
  const kinds = attentionLayersOf(model);
  const networks = feedForwardsOf(model);
  const heads = headsOf(model);
  const side = (kind: string) => (kinds.length > 1 ? `${kind} ` : '');
  const everything = { heads, feedForwards: networks };
  return [
    group('Everything', 'all heads and feed-forward networks', everything),
    group('All heads', `all ${heads.length} heads`, { heads, feedForwards: [] }),
    group('All feed-forward networks', 'all feed-forward networks', {
      heads: [],
      feedForwards: networks,
    }),
    ...networks.map(network => {
      const name = `${side(network.kind)}layer ${network.layer + 1}`;
      const { heads: own = [], feedForwards = [] } = wholeLayer(model, network);
      return group(`Whole ${name}`, `all of ${name}`, { heads: own, feedForwards });
    }),
    ...kinds.flatMap(({ kind, layers }) =>
      Array.from({ length: layers }, (_, layer) => {
        const name = `${side(kind)}layer ${layer + 1}`;
        const own = heads.filter(head => head.kind === kind && head.layer === layer);
        return group(`Heads of ${name}`, `the heads of ${name}`, { heads: own, feedForwards: [] });
      }),
    ),
    ...networks.map(network => {
      const name = `${side(network.kind)}layer ${network.layer + 1}`;
      return group(`Feed-forward of ${name}`, `the feed-forward network of ${name}`, {
        heads: [],
        feedForwards: [network],
      });
    }),
  ].filter(({ parts }) => !isNone(parts));
}

const smallGroups = (model: Model, { heads }: Parts): readonly Group[] =>
  heads.map(head => groupOfHead(model, head));

/** A single head, by its name. */
export function groupOfHead(model: Model, head: AttentionHead): Group {
  const side = attentionLayersOf(model).length > 1 ? `${head.kind} ` : '';
  const words = `${side}layer ${head.layer + 1}, head ${head.head + 1}`;
  return group(`${capitalized(side)}${headName(head)}`, words, { heads: [head], feedForwards: [] });
}

const group = (name: string, words: string, parts: Parts): Group => ({
  name: capitalized(name),
  words,
  parts,
});

const maxGroups = 3;

/** "layer 2, head 4", "the whole layer 2 and 3 more parts": what is switched off, as a part of a sentence. */
export function partsInWords(model: Model, parts: Parts): string {
  const groups = groupsOf(model, parts);
  const named = groups.slice(0, maxGroups).map(({ words }) => words);
  const more = groups.length - named.length;
  return new Intl.ListFormat('en').format(
    more > 0 ? [...named, `${more} more part${more === 1 ? '' : 's'}`] : named,
  );
}

const capitalized = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
