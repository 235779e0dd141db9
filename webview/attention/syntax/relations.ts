/** What the relations of Universal Dependencies mean, in a few words. */
import { antecedent } from '../../../src/common/attention/headAgreement';

/** Relations without their subtypes. @see de Marneffe et al. 2021, "Universal Dependencies" */
const meanings: Readonly<Record<string, string>> = {
  acl: 'clause that modifies a noun',
  advcl: 'clause that modifies a verb',
  advmod: 'adverb',
  amod: 'adjective of a noun',
  appos: 'another name of the same',
  aux: 'auxiliary verb',
  case: 'preposition or possessive mark of a noun',
  cc: 'conjunction: and, or, but',
  ccomp: 'clause as object',
  compound: 'part of a compound',
  conj: 'joined by a conjunction to the one before',
  cop: '“to be” of a predicate',
  csubj: 'clause as subject',
  dep: 'some other relation',
  det: 'determiner of a noun',
  discourse: 'interjection',
  dislocated: 'moved to the edge of the clause',
  expl: '“it” or “there” without a meaning of its own',
  fixed: 'part of a fixed expression',
  flat: 'part of a name',
  goeswith: 'part of a word written apart',
  iobj: 'indirect object',
  list: 'item of a list',
  mark: 'word that begins a clause: that, because, to',
  nmod: 'noun that modifies a noun',
  nsubj: 'subject of a verb',
  nummod: 'number of a noun',
  obj: 'object of a verb',
  obl: 'noun that modifies a verb: when, where, how',
  orphan: 'left over where its head is left out',
  parataxis: 'sentence beside a sentence',
  punct: 'punctuation',
  reparandum: 'what was said first, and put right',
  vocative: 'who is spoken to',
  xcomp: 'clause without a subject of its own',
  'same-word': 'later part of one word',
  [antecedent]: 'noun phrase before a pronoun that it may stand for',
};
const subtypes: Readonly<Record<string, string>> = {
  agent: 'who did it',
  outer: 'of the outer clause',
  pass: 'passive',
  poss: 'possessive',
  preconj: 'before the first: both, either',
  predet: 'before the determiner: all the',
  prt: 'particle of a verb',
  relcl: 'relative clause',
  unmarked: 'without a preposition',
};

/** "subject of a verb (passive)" for `nsubj:pass`; the relation itself where it is none of those known. */
export function meaningOf(relation: string): string {
  const [base = '', subtype] = relation.split(':');
  const words = meanings[base] ?? base;
  return subtype === undefined ? words : `${words} (${subtypes[subtype] ?? subtype})`;
}
