/** Scores a document chunk by chunk, and follows its edits. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { sourceOf } from '../../subject/selection';
import type { TextSource } from '../../subject/textSpan';
import type { TextSpan } from '../../../common/text/sentences';
import type { Score } from '../../../common/protocol/engine/score';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import {
  addSums,
  noSums,
  type ScoredToken,
  scoredTokens,
  Spellings,
  stepOf,
  stepStarts,
  type Sums,
  sumsOf,
  withoutCarriageReturns,
} from './scoredTokens';
import {
  type Chunk,
  chunkLength,
  chunkOf,
  chunksAfterEdit,
  chunksIn,
  chunksOf,
  chunkSpans,
  contextLength,
  contextOf,
  distanceOf,
  nextChunk,
  withNewTokens,
} from './chunk';
import type { Scope } from './scope';

/** The number of probable alternatives kept for each token. */
const alternativeCount = 5;
/** The delay after an edit before the model reads, in ms. */
const restMs = 400;
/** The number of chunks that are made before other work of the extension host has a turn. */
const chunksPerTurn = 64;

/** The document to score, and the callbacks. */
export interface DocumentScorerOptions {
  readonly engine: EngineClient;
  readonly modelId: string;
  readonly document: vscode.TextDocument;
  /** The scopes to score, in the order of the document. */
  readonly scopes: readonly Scope[];
  /** Called when new scores are known. */
  readonly onChange: () => void;
  readonly onScore: (score: Score) => void;
  readonly onFailure: (error: unknown) => void;
}

/** A token with its place in the document. */
export interface DocumentToken extends ScoredToken {
  /** The UTF-16 offset of the token in the document. */
  readonly offset: number;
}

/**
 * Scores a document from its first token to the last: what is visible first, then what is nearest to it. One chunk is
 * read at a time, and only as long as it is needed.
 */
export class DocumentScorer extends Disposable {
  readonly spellings = new Spellings();
  readonly #options: DocumentScorerOptions;
  #chunks: readonly Chunk[] = [];
  #isChunked = false;
  #running: { readonly chunk: Chunk; readonly controller: AbortController } | undefined;
  #restTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: DocumentScorerOptions) {
    super();
    this.#options = options;
    this.register({ dispose: () => this.#stop() });
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document === options.document && contentChanges.length > 0) {
          this.#onEdit(contentChanges);
        }
      }),
    );
  }

  /** Begins to read. Call it once. */
  async start(): Promise<void> {
    await this.#makeChunks();
    this.#scoreNext();
  }

  get document(): vscode.TextDocument {
    return this.#options.document;
  }

  /** The share of the text that is scored, from 0 to 1. */
  get progress(): number {
    const [done, all] = this.#chunks.reduce(
      ([settled, total], { start, end, isSettled }) => [
        settled + (isSettled ? end - start : 0),
        total + end - start,
      ],
      [0, 0],
    );
    return this.isSettled || all === 0 ? Number(this.#isChunked) : done / all;
  }

  get isSettled(): boolean {
    return this.#isChunked && this.#chunks.every(({ isSettled }) => isSettled);
  }

  get chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  /** The tokens that overlap a span. */
  tokensIn(span: TextSpan): readonly DocumentToken[] {
    return chunksIn(this.#chunks, span).flatMap(({ start, tokens }) =>
      tokens.flatMap((token): readonly DocumentToken[] =>
        start + token.start < span.end && start + token.end > span.start
          ? [{ ...token, offset: start + token.start }]
          : [],
      ),
    );
  }

  /** The sums over the tokens that overlap a span. */
  sumsIn(span: TextSpan): Sums {
    return chunksIn(this.#chunks, span).reduce((sums, chunk) => {
      const isWhole = span.start <= chunk.start && chunk.end <= span.end;
      if (isWhole) {
        return addSums(sums, chunk.sums);
      }
      const overlapping = chunk.tokens.filter(
        token => chunk.start + token.start < span.end && chunk.start + token.end > span.start,
      );
      return addSums(sums, sumsOf(overlapping));
    }, noSums);
  }

  /** The number of tokens in a span that are not painted, then of those of each step. */
  countsIn(span: TextSpan): readonly number[] {
    const counts = [0, ...stepStarts.map(() => 0)];
    for (const { bits } of this.tokensIn(span)) {
      if (bits !== undefined) {
        counts[stepOf(bits)]!++;
      }
    }
    return counts;
  }

  /** Reads what is visible first. Call it after scrolling: what is being read elsewhere then waits. */
  prioritizeVisible(): void {
    const { chunk, controller } = this.#running ?? {};
    if (!chunk || !controller) {
      return;
    }
    const next = nextChunk(this.#chunks, this.#visibleSpans);
    const isNearer =
      next !== undefined &&
      this.#visibleSpans.some(visible => distanceOf(next, visible) === 0) &&
      this.#visibleSpans.every(visible => distanceOf(chunk, visible) > 0);
    if (isNearer) {
      controller.abort();
    }
  }

  async #makeChunks(): Promise<void> {
    const { document, scopes } = this.#options;
    const { version } = document;
    const chunks: Chunk[] = [];
    const source = sourceOf(document);
    for (const chunk of chunksOfAll(source, scopes)) {
      chunks.push(chunk);
      if (chunks.length % chunksPerTurn === 0) {
        await new Promise(resolve => setTimeout(resolve));
      }
      if (this.isDisposed) {
        return;
      }
      if (document.version !== version) {
        // The document was edited meanwhile, so these chunks belong to another text.
        const length = lengthOf(document);
        this.#chunks = scopes
          .filter(({ start }) => start < length)
          .map(scope => chunkOf({ ...scope, end: Math.min(scope.end, length) }));
        this.#isChunked = true;
        return;
      }
    }
    this.#chunks = chunks;
    this.#isChunked = true;
  }

  #onEdit(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    if (!this.#isChunked) {
      return;
    }
    for (const { rangeOffset, rangeLength, text } of changes) {
      const change = { start: rangeOffset, end: rangeOffset + rangeLength, length: text.length };
      this.#chunks = chunksAfterEdit(this.#chunks, change, contextLength);
    }
    this.#running?.controller.abort();
    this.#running = undefined;
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => {
      this.#restTimer = undefined;
      this.#scoreNext();
    }, restMs);
    this.#options.onChange();
  }

  #stop(): void {
    clearTimeout(this.#restTimer);
    this.#running?.controller.abort();
    this.#running = undefined;
  }

  /** Scores what is not settled, one chunk after the other. */
  #scoreNext(): void {
    if (this.isDisposed || this.#running || this.#restTimer !== undefined) {
      return;
    }
    const chunk = this.#nextChunk();
    if (!chunk) {
      this.#options.onChange();
      return;
    }
    const controller = new AbortController();
    const running = { chunk, controller };
    this.#running = running;
    this.#score(chunk, controller.signal)
      .then(
        () => undefined,
        (error: unknown) => {
          if (!controller.signal.aborted) {
            this.dispose();
            this.#options.onFailure(error);
          }
        },
      )
      .finally(() => {
        if (this.#running === running) {
          this.#running = undefined;
        }
        this.#scoreNext();
      });
  }

  /** The chunk to score next. One that became too long, by pasting, is split first. */
  #nextChunk(): Chunk | undefined {
    const next = nextChunk(this.#chunks, this.#visibleSpans);
    if (!next || next.end - next.start <= 2 * chunkLength) {
      return next;
    }
    const source = sourceOf(this.document);
    const finer = [...chunksOf(next, chunkSpans(source, next))];
    this.#chunks = this.#chunks.flatMap(each => (each === next ? finer : [each]));
    return nextChunk(this.#chunks, this.#visibleSpans);
  }

  async #score(chunk: Chunk, signal: AbortSignal): Promise<void> {
    const { engine, modelId, document } = this.#options;
    const source = sourceOf(document);
    const plain = withoutCarriageReturns(source.read(chunk.start, chunk.end));
    if (plain.text.trim() === '') {
      this.#settle(chunk, [], true);
      return;
    }
    const before = textBefore(source, chunk.start);
    const fresh: ScoredToken[] = [];
    const score = await engine.score(
      {
        modelId,
        ...(before === '' ? { text: plain.text } : { text: before, targetText: plain.text }),
        top: alternativeCount,
      },
      {
        signal,
        onPart: scored => {
          if (signal.aborted || scored.tokens.length === 0) {
            return;
          }
          this.spellings.learn(scored.candidates);
          fresh.splice(scored.first); // After a change of the device, the score begins again.
          fresh.push(...scoredTokens(scored, plain));
          this.#settle(chunk, fresh, false);
        },
      },
    );
    signal.throwIfAborted();
    this.spellings.learn(score.candidates);
    this.#settle(chunk, scoredTokens(score, plain), true);
    this.#options.onScore(score);
  }

  #settle({ start }: Chunk, tokens: readonly ScoredToken[], isSettled: boolean): void {
    this.#chunks = this.#chunks.map(each =>
      each.start === start ? withNewTokens(each, tokens, isSettled) : each,
    );
    this.#options.onChange();
  }

  /** The visible spans of the document. */
  get #visibleSpans(): readonly TextSpan[] {
    return visibleSpansOf(this.document);
  }
}

/** The spans of a document that are visible, in all its editors. */
export const visibleSpansOf = (document: vscode.TextDocument): readonly TextSpan[] =>
  vscode.window.visibleTextEditors
    .filter(editor => editor.document === document)
    .flatMap(({ visibleRanges }) =>
      visibleRanges.map(({ start, end }) => ({
        start: document.offsetAt(start),
        end: document.offsetAt(end),
      })),
    );

/** The length of a document, in UTF-16 units. */
export const lengthOf = (document: vscode.TextDocument): number => sourceOf(document).length;

function* chunksOfAll(source: TextSource, scopes: readonly Scope[]): Generator<Chunk> {
  for (const scope of scopes) {
    yield* chunksOf(scope, chunkSpans(source, scope));
  }
}

/** Reads the context before an offset; empty if there is only white space, which a model treats as no text. */
export function textBefore(source: TextSource, offset: number): string {
  const { start, end } = contextOf(source, { start: offset, end: offset });
  const { text } = withoutCarriageReturns(source.read(start, end));
  return text.trim() === '' ? '' : text;
}
