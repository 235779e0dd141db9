import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { sourceOf } from '../../subject/selection';
import type { Source, Stretch } from '../../subject/textSpan';
import type { Score } from '../../../common/protocol/engine/score';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import { added, noSums, type Sums } from './bits';
import {
  contextLength,
  contextOf,
  chunkSpans,
  chunkLength,
  withoutCarriageReturns,
} from './chunking';
import {
  afterChange,
  distanceOf,
  nextChunk,
  type Chunk,
  chunkOf,
  chunksIn,
  chunksOf,
  withFresh,
} from './chunk';
import type { Scope } from './scope';
import { type ScoredToken, scoredTokens, Spellings, sumsOf } from './scoredTokens';

/** How many likely tokens are told in the place of each. */
const alternatives = 5;
/** After an edit, how long the keys must rest before the model reads, in ms. */
const restMs = 400;
/** How many stretches are parted before others have a turn. */
const partsAtOnce = 64;

export interface DocumentScorerOptions {
  readonly engine: EngineClient;
  readonly modelId: string;
  readonly document: vscode.TextDocument;
  /** What is looked at, in the order of the document. */
  readonly scopes: readonly Scope[];
  /** Called when something is known that was not. */
  readonly onChange: () => void;
  readonly onScore: (score: Score) => void;
  readonly onFailure: (error: unknown) => void;
}

/** A token with its place in the document. */
export interface PlacedToken extends ScoredToken {
  /** UTF-16 offset of the token in the document. */
  readonly offset: number;
}

/**
 * How surprising a document is to a model, from its first token to the last: what is seen first, then what is nearest
 * to that. One stretch is read at a time, and only for as long as it is wanted.
 */
export class DocumentScorer extends Disposable {
  readonly spellings = new Spellings();
  readonly #options: DocumentScorerOptions;
  #parts: readonly Chunk[] = [];
  #isDivided = false;
  #running: { readonly part: Chunk; readonly controller: AbortController } | undefined;
  #restTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: DocumentScorerOptions) {
    super();
    this.#options = options;
    this.register({ dispose: () => this.#stop() });
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document === options.document && contentChanges.length > 0) {
          this.#edited(contentChanges);
        }
      }),
    );
  }

  /** Begins to read; once. */
  async start(): Promise<void> {
    await this.#divide();
    this.#begin();
  }

  get document(): vscode.TextDocument {
    return this.#options.document;
  }

  /** From 0 to 1, by the length of the text. */
  get progress(): number {
    const [done, all] = this.#parts.reduce(
      ([settled, total], { start, end, isSettled }) => [
        settled + (isSettled ? end - start : 0),
        total + end - start,
      ],
      [0, 0],
    );
    return this.isSettled || all === 0 ? Number(this.#isDivided) : done / all;
  }

  get isSettled(): boolean {
    return this.#isDivided && this.#parts.every(({ isSettled }) => isSettled);
  }

  get parts(): readonly Chunk[] {
    return this.#parts;
  }

  /** The tokens that have something of a stretch. */
  tokensIn(stretch: Stretch): readonly PlacedToken[] {
    return chunksIn(this.#parts, stretch).flatMap(({ start, tokens }) =>
      tokens.flatMap((token): readonly PlacedToken[] =>
        start + token.start < stretch.end && start + token.end > stretch.start
          ? [{ ...token, offset: start + token.start }]
          : [],
      ),
    );
  }

  /** Of the tokens that have something of a stretch. */
  sumsIn(stretch: Stretch): Sums {
    return chunksIn(this.#parts, stretch).reduce((sums, part) => {
      const isWhole = stretch.start <= part.start && part.end <= stretch.end;
      if (isWhole) {
        return added(sums, part.sums);
      }
      const meet = part.tokens.filter(
        token => part.start + token.start < stretch.end && part.start + token.end > stretch.start,
      );
      return added(sums, sumsOf(meet));
    }, noSums);
  }

  /** What is seen has changed: that comes first, and what was being read for elsewhere waits. */
  lookAgain(): void {
    const { part, controller } = this.#running ?? {};
    if (!part || !controller) {
      return;
    }
    const next = nextChunk(this.#parts, this.#seen);
    const isNearer =
      next !== undefined &&
      this.#seen.some(seen => distanceOf(next, seen) === 0) &&
      this.#seen.every(seen => distanceOf(part, seen) > 0);
    if (isNearer) {
      controller.abort();
    }
  }

  async #divide(): Promise<void> {
    const { document, scopes } = this.#options;
    const { version } = document;
    const parts: Chunk[] = [];
    const source = sourceOf(document);
    for (const part of partsOfAll(source, scopes)) {
      parts.push(part);
      if (parts.length % partsAtOnce === 0) {
        await new Promise(resolve => setTimeout(resolve));
      }
      if (this.isDisposed) {
        return;
      }
      if (document.version !== version) {
        // Edited meanwhile: what was parted holds for another text.
        const length = lengthOf(document);
        this.#parts = scopes
          .filter(({ start }) => start < length)
          .map(scope => chunkOf({ ...scope, end: Math.min(scope.end, length) }));
        this.#isDivided = true;
        return;
      }
    }
    this.#parts = parts;
    this.#isDivided = true;
  }

  #edited(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    if (!this.#isDivided) {
      return;
    }
    for (const { rangeOffset, rangeLength, text } of changes) {
      const change = { start: rangeOffset, end: rangeOffset + rangeLength, length: text.length };
      this.#parts = afterChange(this.#parts, change, contextLength);
    }
    this.#running?.controller.abort();
    this.#running = undefined;
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => {
      this.#restTimer = undefined;
      this.#begin();
    }, restMs);
    this.#options.onChange();
  }

  #stop(): void {
    clearTimeout(this.#restTimer);
    this.#running?.controller.abort();
    this.#running = undefined;
  }

  /** Scores what is not settled, one part after the other. */
  #begin(): void {
    if (this.isDisposed || this.#running || this.#restTimer !== undefined) {
      return;
    }
    const part = this.#next();
    if (!part) {
      this.#options.onChange();
      return;
    }
    const controller = new AbortController();
    const running = { part, controller };
    this.#running = running;
    this.#score(part, controller.signal)
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
        this.#begin();
      });
  }

  /** Not too long: what was pasted is parted first. */
  #next(): Chunk | undefined {
    const part = nextChunk(this.#parts, this.#seen);
    if (!part || part.end - part.start <= 2 * chunkLength) {
      return part;
    }
    const source = sourceOf(this.document);
    const finer = [...chunksOf(part, chunkSpans(source, part))];
    this.#parts = this.#parts.flatMap(each => (each === part ? finer : [each]));
    return nextChunk(this.#parts, this.#seen);
  }

  async #score(part: Chunk, signal: AbortSignal): Promise<void> {
    const { engine, modelId, document } = this.#options;
    const source = sourceOf(document);
    const plain = withoutCarriageReturns(source.read(part.start, part.end));
    if (plain.text.trim() === '') {
      this.#settle(part, [], true);
      return;
    }
    const before = textBefore(source, part.start);
    const fresh: ScoredToken[] = [];
    const score = await engine.score(
      {
        modelId,
        ...(before === '' ? { text: plain.text } : { text: before, targetText: plain.text }),
        top: alternatives,
      },
      {
        signal,
        onPart: scored => {
          if (signal.aborted || scored.tokens.length === 0) {
            return;
          }
          this.spellings.learn(scored.candidates);
          fresh.splice(scored.first); // On another device it begins again.
          fresh.push(...scoredTokens(scored, plain));
          this.#settle(part, fresh, false);
        },
      },
    );
    signal.throwIfAborted();
    this.spellings.learn(score.candidates);
    this.#settle(part, scoredTokens(score, plain), true);
    this.#options.onScore(score);
  }

  #settle({ start }: Chunk, tokens: readonly ScoredToken[], isSettled: boolean): void {
    this.#parts = this.#parts.map(each =>
      each.start === start ? withFresh(each, tokens, isSettled) : each,
    );
    this.#options.onChange();
  }

  /** What is on screen, in offsets. */
  get #seen(): readonly Stretch[] {
    return visibleSpansOf(this.document);
  }
}

/** What of a document is on screen, in all its editors. */
export const visibleSpansOf = (document: vscode.TextDocument): readonly Stretch[] =>
  vscode.window.visibleTextEditors
    .filter(editor => editor.document === document)
    .flatMap(({ visibleRanges }) =>
      visibleRanges.map(({ start, end }) => ({
        start: document.offsetAt(start),
        end: document.offsetAt(end),
      })),
    );

export const lengthOf = (document: vscode.TextDocument): number => sourceOf(document).length;

function* partsOfAll(source: Source, scopes: readonly Scope[]): Generator<Chunk> {
  for (const scope of scopes) {
    yield* chunksOf(scope, chunkSpans(source, scope));
  }
}

/** What is read before an offset; nothing where there is only white space, which a model takes for no text. */
export function textBefore(source: Source, offset: number): string {
  const { start, end } = contextOf(source, { start: offset, end: offset });
  const { text } = withoutCarriageReturns(source.read(start, end));
  return text.trim() === '' ? '' : text;
}
