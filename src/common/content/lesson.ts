/** What the lessons in `media/lessons/` are made of, with the markup of their text. No word of a lesson stands in code. */
import * as v from 'valibot';
import { type Origin, parseJson } from '../json';
import { validate } from '../validate';

/** The stages of the story, in its order. Named because a web host cannot list a folder of the extension. */
export const stageIds = [
  'encoder-decoder',
  'attention',
  'transformer',
  'transfer',
  'bert',
  'gpt',
  'chatgpt',
] as const;

export type StageId = (typeof stageIds)[number];

/** The live parts that a stage may show, each a file in `webview/stage/parts/`. */
export const partIds = [
  'reading',
  'fixed-vector',
  'bottleneck',
  'alignment',
  'inside-head',
  'positions',
  'cost',
  'next-words',
  'verdict',
  'labels',
  'masked-or-next',
  'both-sides',
  'few-shot',
  'scale',
  'chat',
  'rewards',
  'eras',
] as const;

export type PartId = (typeof partIds)[number];

/** Numbers of a run that a live part provides, and to which a symbol of an equation can be linked. */
const valueIds = [
  'reading.word',
  'reading.hidden',
  'reading.context',
  'reading.state',
  'reading.previous',
  'reading.probability',
  'bottleneck.words',
  'bottleneck.context',
  'alignment.score',
  'alignment.weight',
  'alignment.context',
  'alignment.source',
  'alignment.target',
  'inside-head.query',
  'inside-head.key',
  'inside-head.value',
  'inside-head.width',
  'positions.position',
  'positions.pair',
  'next-words.surprise',
  'next-words.perplexity',
  'masked-or-next.both',
  'masked-or-next.left',
  'both-sides.right',
  'scale.parameters',
  'scale.tokens',
  'scale.loss',
  'scale.compute',
  'rewards.reward',
  'rewards.samples',
  'rewards.kl',
] as const;

export type ValueId = (typeof valueIds)[number];

/** Panels that a stage can open on its sentence. */
const viewIds = ['attention', 'translation', 'tokens', 'next'] as const;

export type ViewId = (typeof viewIds)[number];

/** Where a node of a diagram leads. */
export type Target = `part:${PartId}` | `stage:${StageId}` | `view:${ViewId}`;

const targets = [
  ...partIds.map(id => `part:${id}` as const),
  ...stageIds.map(id => `stage:${id}` as const),
  ...viewIds.map(id => `view:${id}` as const),
] satisfies Target[];

/** A piece of prose. */
export const text = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(1000));
/** The id of a thing within one file. */
export const id = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9]*$/));
const link = v.pipe(v.string(), v.url(), v.startsWith('https://'));
const year = v.pipe(v.number(), v.integer(), v.minValue(1990), v.maxValue(2100));

const source = v.strictObject({
  /** Authors, as they are cited. */
  by: text,
  year,
  title: text,
  url: link,
});

export const sourceId = v.pipe(v.string(), v.regex(/^[a-z]+\d{4}[a-z]?$/));
/** A place in a source: "table 1". */
const place = v.optional(text);

const labelled = v.strictObject({ text, label: v.picklist([0, 1]) });
const pair = v.strictTuple([text, text]);
/** A question, and every word that answers it rightly. */
const question = v.strictTuple([text, v.pipe(v.array(text), v.nonEmpty())]);

/** In Mermaid's language these would end a label. */
export const label = v.pipe(text, v.regex(/^[^"#;<>|&]+$/));

const pixels = v.pipe(v.number(), v.integer(), v.minValue(1));
/**
 * Width and height of a chart as Mermaid draws it, from left to right and from top to bottom, in CSS pixels: its place is
 * kept before it is drawn.
 */
export const chartSize = v.strictObject({
  LR: v.strictTuple([pixels, pixels]),
  TB: v.strictTuple([pixels, pixels]),
});

const node = v.strictObject({ id, label, opens: v.optional(v.picklist(targets)) });
export const edge = v.strictObject({
  from: id,
  to: id,
  label: v.optional(label),
  /** Leads to what is not part of the network itself. */
  isAside: v.optional(v.boolean()),
});

const lesson = v.strictObject({
  id: v.picklist(stageIds),
  /** Its place in time. */
  year,
  /** The year in words: "2014–15". */
  years: text,
  /** "Transformer". */
  name: text,
  /** The idea, not the model's name. */
  title: text,
  /** The limit that this stage removed, as the rest of "No more …". */
  removed: text,
  /** The limit before it. */
  before: text,
  /** Paragraphs; `[@id]` or `[@id, table 1]` cites a source. At most 150 words together. */
  idea: v.pipe(v.array(text), v.nonEmpty()),
  diagram: v.strictObject({
    /** Describes the picture for a user who cannot see it. */
    words: text,
    size: chartSize,
    nodes: v.pipe(v.array(node), v.minLength(3)),
    edges: v.pipe(v.array(edge), v.minLength(2)),
  }),
  equations: v.pipe(
    v.array(
      v.strictObject({
        /** LaTeX; `\htmlData{symbol=id}{…}` marks a symbol. */
        tex: text,
        words: text,
        source: sourceId,
        place,
        symbols: v.array(
          v.strictObject({
            id,
            tex: text,
            words: text,
            /** The value that it has in the run on this page. */
            value: v.optional(v.picklist(valueIds)),
          }),
        ),
      }),
    ),
    v.nonEmpty(),
  ),
  /** Model folders of this stage. */
  models: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/))), v.nonEmpty()),
  /** The sentence for a user who has brought no text. */
  sentence: text,
  parts: v.pipe(v.array(v.picklist(partIds)), v.nonEmpty()),
  /** Texts with one of two labels, to train a classifier on and to hold it against. */
  examples: v.optional(
    v.strictObject({
      labels: v.strictTuple([text, text]),
      train: v.pipe(v.array(labelled), v.minLength(4)),
      test: v.pipe(v.array(labelled), v.minLength(4)),
    }),
  ),
  /** Tasks that examples can show: questions, and what follows them. */
  tasks: v.optional(
    v.array(
      v.strictObject({
        name: text,
        from: text,
        to: text,
        shots: v.pipe(v.array(pair), v.minLength(3)),
        asked: v.pipe(v.array(question), v.nonEmpty()),
      }),
    ),
  ),
  /** Questions for a model that was tuned to converse, besides the sentence. */
  prompts: v.optional(v.pipe(v.array(text), v.minLength(2))),
  question: v.strictObject({
    ask: text,
    choices: v.pipe(v.array(text), v.minLength(2), v.maxLength(4)),
    /** Index of the right choice. */
    right: v.pipe(v.number(), v.integer(), v.minValue(0)),
    why: text,
  }),
  experiment: v.strictObject({
    part: v.picklist(partIds),
    steps: v.pipe(v.array(text), v.nonEmpty()),
  }),
  figures: v.pipe(
    v.array(v.strictObject({ value: text, words: text, source: sourceId, place })),
    v.nonEmpty(),
  ),
  /** Where popular accounts differ from the papers, and what else should be known. */
  notes: v.array(v.strictObject({ words: text, source: sourceId, place })),
  /** The limit that it leaves. */
  left: text,
  /** Where to read on. */
  reading: v.array(v.strictObject({ title: text, url: link })),
});

/** One stage of the story. */
export type Lesson = v.InferOutput<typeof lesson>;
export type Source = v.InferOutput<typeof source>;
export type Sources = Readonly<Record<string, Source>>;
export type Diagram = Lesson['diagram'];
export type ChartSize = Diagram['size'];
export type Examples = NonNullable<Lesson['examples']>;
export type Task = NonNullable<Lesson['tasks']>[number];
export type Equation = Lesson['equations'][number];

/** A thing that the extension ships, for errors about it. */
export const shipped = (noun: string): Origin => ({
  code: 'internal',
  noun,
  advice: 'Reinstall the extension.',
});

/** @throws EngineError `internal`, which names the place that is not as it must be. */
export const parseLesson = (json: unknown): Lesson => validate(lesson, json, shipped('A lesson'));

/** @throws EngineError as {@link parseLesson}. */
export const parseSources = (json: unknown): Sources =>
  validate(v.record(sourceId, source), json, shipped('The list of sources'));

/** Reads the JSON of a lesson, a map or a study. @throws EngineError `internal`, which names the file. */
export const parseContentJson = (
  bytes: ArrayBuffer | Uint8Array<ArrayBuffer>,
  file: string,
): unknown => parseJson(bytes, shipped(`The extension's file ${file}`));

/** A span of a lesson's text: words, words with stress, or a cited source. */
export type Span =
  | { readonly kind: 'words' | 'stress'; readonly text: string }
  | { readonly kind: 'cite'; readonly source: string; readonly place: string | undefined };

const markup = /\[@([a-z0-9]+)(?:, ([^\]]+))?\]|\*([^*]+)\*/g;

/** Cuts a lesson's text at its `[@source]`, `[@source, place]` and `*stress*`. */
export function spansOf(text: string): readonly Span[] {
  const spans: Span[] = [];
  let end = 0;
  for (const match of text.matchAll(markup)) {
    if (match.index > end) {
      spans.push({ kind: 'words', text: text.slice(end, match.index) });
    }
    const [whole, source, place, stress] = match;
    spans.push(
      source === undefined
        ? { kind: 'stress', text: stress ?? '' }
        : { kind: 'cite', source, place },
    );
    end = match.index + whole.length;
  }
  if (end < text.length) {
    spans.push({ kind: 'words', text: text.slice(end) });
  }
  return spans;
}

/** The words alone, for places without links. */
export const plainWords = (text: string): string =>
  spansOf(text)
    .flatMap(span => (span.kind === 'cite' ? [] : [span.text]))
    .join('')
    .replace(/ +(?=[.,;:)]|$)/g, '')
    .trim();
