import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CaretFollower } from '../../../../../src/extension/features/attention/caretFollower';
import type { EditorInUse } from '../../../../../src/extension/subject/selection';
import type { Subject } from '../../../../../src/common/protocol/pages/subject';

/** What VS Code tells: the listeners of each of its events. */
const events = vi.hoisted(() => {
  const listeners = { selection: new Set(), editor: new Set(), document: new Set() };
  return listeners as unknown as Record<
    'selection' | 'editor' | 'document',
    Set<(event: unknown) => void>
  >;
});

vi.mock('vscode', () => {
  const listen = (name: keyof typeof events) => (listener: (event: unknown) => void) => {
    events[name].add(listener);
    return { dispose: () => events[name].delete(listener) };
  };
  class Disposable {
    constructor(readonly dispose: () => void) {}
    static from = (...all: { dispose(): void }[]) =>
      new Disposable(() => all.forEach(one => one.dispose()));
  }
  class Range {
    constructor(
      readonly start: unknown,
      readonly end: unknown,
    ) {}
  }
  class TabInputTextDiff {
    constructor(
      readonly original: string,
      readonly modified: string,
    ) {}
  }
  return {
    Disposable,
    Range,
    TabInputTextDiff,
    l10n: { t: (message: string) => message },
    commands: { executeCommand: () => Promise.resolve() },
    window: {
      tabGroups: {
        all: [{ tabs: [{ input: new TabInputTextDiff('lm:before.md', 'lm:after.md') }] }],
      },
      onDidChangeTextEditorSelection: listen('selection'),
      onDidChangeActiveTextEditor: listen('editor'),
      get activeTextEditor() {
        return editor;
      },
    },
    workspace: { onDidChangeTextDocument: listen('document'), notebookDocuments: [] },
  };
});

/** A place in a document of one line. */
const placeAt = (offset: number) => ({ offset, line: 0 });
type Place = ReturnType<typeof placeAt>;

/** A document of one line. */
function documentOf(content: string, uri = 'untitled:notes.md') {
  return {
    content,
    languageId: 'markdown',
    version: 1,
    fileName: 'notes.md',
    lineCount: 1,
    uri: { scheme: uri.slice(0, uri.indexOf(':')), toString: () => uri },
    lineAt: () => ({ range: { end: placeAt(Infinity) } }),
    offsetAt({ offset }: Place) {
      return Math.min(offset, this.content.length);
    },
    positionAt: placeAt,
    getText({ start, end }: { readonly start: Place; readonly end: Place }) {
      return this.content.slice(start.offset, end.offset);
    },
  };
}

let editor: { document: ReturnType<typeof documentOf>; selection: { active: Place } } | undefined;
let shown: Subject[];
let hasText: boolean[];
let panel: {
  isVisible: boolean;
  subject: Subject | undefined;
  change: () => void;
};
let follower: CaretFollower;

const type = (text: string, at = text.length) => {
  if (editor) {
    editor.document.content = text;
    editor.selection = { active: placeAt(at) };
    const { document } = editor;
    events.document.forEach(listener => listener({ document, contentChanges: [{}] }));
    moveTo(at);
  }
};
const moveTo = (at: number) => {
  if (editor) {
    editor.selection = { active: placeAt(at) };
    events.selection.forEach(listener => listener({ textEditor: editor }));
  }
};
const texts = () => shown.map(({ segments: [{ text }] }) => text);

beforeEach(() => {
  vi.useFakeTimers();
  editor = {
    document: documentOf('The cat sat. It was tired.'),
    selection: { active: placeAt(3) },
  };
  shown = [];
  hasText = [];
  const listeners = new Set<() => void>();
  panel = {
    isVisible: true,
    subject: undefined,
    change: () => listeners.forEach(listener => listener()),
  };
  const owner = Object.assign(panel, {
    anchor: undefined,
    onFollowing: () => undefined,
    onDidChangeVisibility: (listener: () => void) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    show: (subject: Subject) => {
      panel.subject = subject;
      shown.push(subject);
    },
  });
  const inUse = {
    get current() {
      return editor;
    },
  };
  follower = new CaretFollower(
    owner,
    // Of VS Code's own types only what is used is here.
    inUse as unknown as EditorInUse,
    one => hasText.push(one),
  );
});
afterEach(() => {
  follower.dispose();
  vi.useRealTimers();
});

test('shows the sentence at the caret at once, and the next one when the caret has come to rest', async () => {
  follower.follow('bert');
  await vi.advanceTimersByTimeAsync(1);
  expect(texts()).toEqual(['The cat sat.']);
  expect(shown[0]).toMatchObject({ modelId: 'bert', isAtCaret: true });
  moveTo(20);
  await vi.advanceTimersByTimeAsync(100);
  expect(texts()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(50);
  expect(texts()).toEqual(['The cat sat.', 'It was tired.']);
});

test('while the user types nothing is shown, and after that the newest text alone', async () => {
  follower.follow('bert');
  await vi.advanceTimersByTimeAsync(1);
  for (const text of ['A', 'A d', 'A do', 'A dog', 'A dog ran']) {
    type(text);
    // Slower than the caret's rest, quicker than that of typing.
    await vi.advanceTimersByTimeAsync(200);
  }
  expect(texts()).toEqual(['The cat sat.']);
  await vi.advanceTimersByTimeAsync(200);
  expect(texts()).toEqual(['The cat sat.', 'A dog ran']);
});

test('a pinned panel keeps its text, whatever was about to come', async () => {
  follower.follow('bert');
  await vi.advanceTimersByTimeAsync(1);
  moveTo(20);
  follower.follow(undefined);
  moveTo(21);
  await vi.advanceTimersByTimeAsync(1000);
  expect(texts()).toEqual(['The cat sat.']);
  expect([...events.selection, ...events.document, ...events.editor]).toEqual([]);
});

test('nothing is shown while the panel is hidden, and the newest when it is seen again', async () => {
  follower.follow('bert');
  await vi.advanceTimersByTimeAsync(1);
  panel.isVisible = false;
  moveTo(20);
  await vi.advanceTimersByTimeAsync(1000);
  expect(texts()).toHaveLength(1);
  panel.isVisible = true;
  panel.change();
  await vi.advanceTimersByTimeAsync(1);
  expect(texts()).toEqual(['The cat sat.', 'It was tired.']);
});

test('where there is no text, or no editor, the last stays, and that is said', async () => {
  follower.follow('bert');
  await vi.advanceTimersByTimeAsync(1);
  type('  ');
  await vi.advanceTimersByTimeAsync(400);
  const { document } = editor ?? { document: documentOf('') };
  editor = undefined;
  events.editor.forEach(listener => listener(undefined));
  await vi.advanceTimersByTimeAsync(400);
  editor = { document, selection: { active: placeAt(0) } };
  type('Words.');
  await vi.advanceTimersByTimeAsync(400);
  expect(hasText).toEqual([true, false, false, true]);
  expect(texts()).toEqual(['The cat sat.', 'Words.']);
});

test('what a command has shown meanwhile is not replaced', async () => {
  follower.follow('bert');
  await vi.advanceTimersByTimeAsync(1);
  moveTo(20);
  panel.subject = { modelId: 'bert', segments: [{ text: 'x' }], label: '', cutLength: 0 };
  await vi.advanceTimersByTimeAsync(1000);
  expect(texts()).toHaveLength(1);
});

test('the output of programs is not followed', async () => {
  editor = {
    document: documentOf('A line of a log.', 'output:log'),
    selection: { active: placeAt(0) },
  };
  follower.follow('bert');
  await vi.advanceTimersByTimeAsync(1000);
  expect(texts()).toEqual([]);
  expect(hasText).toEqual([]);
});

test('of a huge sentence the part around the caret is taken, and told', async () => {
  const text = 'words and more words '.repeat(1000);
  editor = { document: documentOf(text), selection: { active: placeAt(9000) } };
  follower.follow('bert');
  await vi.advanceTimersByTimeAsync(1);
  const [taken] = shown;
  const [{ text: part, origin }] = taken!.segments;
  expect(part.length).toBeLessThanOrEqual(2000);
  expect(part.length).toBeGreaterThan(900);
  const from = origin?.pieces[0]?.documentOffset ?? -1;
  expect(from).toBeLessThanOrEqual(9000);
  expect(from + part.length).toBeGreaterThanOrEqual(9000);
  expect(taken?.cutLength).toBeGreaterThan(10_000);
});

test('the other side of a comparison is shown when the caret is moved there, not before', async () => {
  const side = (uri: string, text: string) => ({
    ...{ document: documentOf(text, uri), selection: { active: placeAt(0) } },
  });
  editor = side('lm:before.md', 'Words before.');
  follower.follow('bert');
  await vi.advanceTimersByTimeAsync(1);
  editor = side('lm:after.md', 'Words after.');
  events.editor.forEach(listener => listener(editor));
  await vi.advanceTimersByTimeAsync(1000);
  expect(texts()).toEqual(['Words before.']);
  moveTo(2);
  await vi.advanceTimersByTimeAsync(1000);
  expect(texts()).toEqual(['Words before.', 'Words after.']);
});
