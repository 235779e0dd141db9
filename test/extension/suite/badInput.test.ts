import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/extension';
import {
  command,
  expectAttention,
  openText,
  putCaret,
  select,
  shown,
  testApi,
  tidy,
  until,
} from './inVsCode';

describe('Bad input', function () {
  this.timeout(120_000);
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  afterEach(tidy);

  /** The next command works: nothing was left behind. */
  async function expectStillWorking(): Promise<void> {
    const editor = await openText('Still here.');
    select(editor, 'Still here.');
    await command('showAttention');
    expectAttention(await shown(api, ['Still here.']));
  }

  async function expectRefusal(message: RegExp, action: string): Promise<void> {
    const before = api.reporter.last;
    await command('showAttention');
    const failure = api.reporter.last;
    assert.notEqual(failure, before, 'no message was shown');
    assert.match(failure?.message ?? '', message);
    assert.equal(failure?.action, action);
    assert.equal(api.panels.attention.current, undefined, 'a panel was opened for nothing');
  }

  it('a selection of white space is refused with one action', async () => {
    const editor = await openText(' \n\t \nWords.');
    editor.selection = new vscode.Selection(0, 0, 1, 1);
    await expectRefusal(/only white space/u, 'Use Whole Document');
    await expectStillWorking();
  });

  for (const [what, text] of [
    ['nothing', ''],
    ['white space', ' \n\t \n'],
    // Longer than is looked through before it is taken.
    ['much white space', ' \n'.repeat(20_000)],
  ] as const) {
    it(`a document of ${what} is said to be empty by every command, which offers another text`, async () => {
      await openText(text);
      await vscode.commands.executeCommand('editor.action.selectAll');
      const commands = ['showAttention', 'showAttentionAsText', 'translateSelection', 'showTokens'];
      for (const name of text === '' ? [...commands, 'showNextTokens'] : commands) {
        const before = api.reporter.last;
        await command(name);
        let failure = api.reporter.last;
        assert.notEqual(failure, before, `${name} said nothing`);
        if (failure?.action === 'Use Whole Document') {
          // Then that says so: it does not come back for ever.
          await api.reporter.run(() => api.taker.takeWholeDocument());
          failure = api.reporter.last;
        }
        assert.match(failure?.message ?? '', /is empty/u, name);
        assert.equal(failure?.action, 'Open an Example', name);
      }
    });
  }

  it('a caret on a blank line is refused with one action', async () => {
    const editor = await openText('One.\n\nTwo.');
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    await expectRefusal(/only white space/u, 'Use Whole Document');
  });

  it('a binary file that was opened as text is refused', async () => {
    await openText('\x7fELF\0\0\x01\x01\0\uFFFD\uFFFD\x02');
    await vscode.commands.executeCommand('editor.action.selectAll');
    await expectRefusal(/binary/u, 'Open an Example');
  });

  it('where there is no text editor the message says what to do', async () => {
    await tidy();
    await until(() => vscode.window.activeTextEditor === undefined, 'no editor');
    await expectRefusal(/Open a text editor/u, 'Open an Example');
  });

  for (const [what, text, tokens] of [
    ['null bytes', 'A null\0 byte inside.', /null/u],
    ['lone surrogates', 'A lone \uD83D half here.', /half/u],
    ['text from right to left', 'القطة جلست على السجادة.', /\[SEP\]/u],
    ['emoji with joiners', 'My family 👩‍👩‍👧‍👦 is here.', /family/u],
    ['line ends of Windows', 'One line\r\nand another.', /another/u],
  ] as const) {
    it(`${what} are shown, not refused`, async () => {
      const editor = await openText(text);
      editor.selection = new vscode.Selection(
        new vscode.Position(0, 0),
        editor.document.lineAt(editor.document.lineCount - 1).range.end,
      );
      await command('showAttention');
      const page = await until(async () => {
        const description = await api.attention.describe();
        return (
          api.panels.attention.current?.subject?.segments[0].text === editor.document.getText() &&
          description?.state === 'ready' &&
          description.tokens.length > 2 &&
          tokens.test(description.tokens.join(' ')) &&
          description.matrix && { ...description, matrix: description.matrix }
        );
      }, 'the picture');
      expectAttention(page);
    });
  }

  it('a document of 10 MB that is selected whole is cut', async function () {
    this.timeout(120_000);
    const editor = await openText('The cat sat on the mat. '.repeat(430_000), 'plaintext');
    await vscode.commands.executeCommand('editor.action.selectAll');
    await until(() => !editor.selection.isEmpty, 'the selection');
    await command('showAttention');
    const subject = api.panels.attention.current?.subject;
    assert.equal(subject?.segments[0].text.length, 100_000);
    assert.equal(subject.cutLength, 430_000 * 24 - 100_000);
    const page = await until(
      async () => {
        const description = await api.attention.describe();
        return description?.state === 'ready' && description.dropped > 0 && description;
      },
      'the picture of the first tokens',
      60_000,
    );
    assert.ok(page.tokens.length <= 512);
  });

  it('a text of more than 512 tokens is cut, and what was cut is said', async () => {
    const words = Array.from({ length: 700 }, (_, i) => (i % 2 === 0 ? 'cat' : 'dog'));
    await openText(words.join(' '));
    await vscode.commands.executeCommand('editor.action.selectAll');
    await command('showAttention');
    const page = await until(
      async () => {
        const description = await api.attention.describe();
        return description?.state === 'ready' && description.tokens.length > 400 && description;
      },
      'the picture',
      60_000,
    );
    assert.equal(page.tokens.length, 512);
    assert.equal(page.dropped, 700 - 510);
  });

  it('two commands at once end with the newer one', async () => {
    const editor = await openText('The older words. The newer words.');
    select(editor, 'The older words.');
    const older = command('showAttention');
    select(editor, 'The newer words.');
    await Promise.all([older, command('showAttention')]);
    await shown(api, ['The newer words.']);
  });

  it('a document may change while the model runs', async () => {
    const editor = await openText('Words that will change. And more.');
    select(editor, 'Words that will change.');
    await command('showAttention');
    await editor.edit(edit => edit.insert(new vscode.Position(0, 2), 'XX'));
    await shown(api, ['Words that will change.']);
    assert.match(api.panels.attention.current?.title ?? '', /text has changed/u);
    await expectStillWorking();
  });

  it('a text that is changed and changed back is linked to its document as before', async () => {
    const editor = await openText('Before. Words that come back.');
    select(editor, 'Words that come back.');
    await command('showAttention');
    await shown(api, ['Words that come back.']);
    const anchor = api.panels.attention.current?.anchor;
    const isLinked = () => anchor?.locate({ segment: 0, start: 0, end: 5 })[0];
    const title = () => api.panels.attention.current?.title ?? '';
    assert.ok(isLinked());
    const end = editor.document.positionAt(editor.document.getText().length);
    for (const [position, letter] of [
      [new vscode.Position(0, 10), 'x'],
      [end, ' And more.'],
    ] as const) {
      await editor.edit(edit => edit.insert(position, letter));
      const after = position.translate(0, letter.length);
      await editor.edit(edit => edit.delete(new vscode.Range(position, after)));
      assert.doesNotMatch(title(), /text has changed/u);
      assert.ok(isLinked());
    }
    await editor.edit(edit => edit.delete(new vscode.Range(end.translate(0, -1), end)));
    assert.match(title(), /text has changed/u);
    assert.equal(isLinked(), undefined);
    await editor.edit(edit => edit.insert(end.translate(0, -1), '.'));
    assert.doesNotMatch(title(), /text has changed/u);
    const located = isLinked();
    assert.equal(located && located.document.getText(located.range), 'Words');
  });

  it('export and copy ask for nothing while there is no picture', async () => {
    const editor = await openText('Words to begin with.');
    select(editor, 'Words to begin with.');
    await command('showAttention');
    api.panels.attention.current?.show({
      ...{ modelId: 'bert', label: 'nowhere', cutLength: 0 },
      segments: [{ text: '\u200b' }],
    });
    await until(
      async () => (await api.attention.describe())?.state === 'error',
      'the error on the page',
    );
    for (const [name, ...args] of [['exportAttention', 'svg'], ['copyAttention']] as const) {
      const before = api.reporter.last;
      await command(name, ...args);
      assert.notEqual(api.reporter.last, before, `${name} said nothing`);
      assert.match(api.reporter.last?.message ?? '', /No attention is shown yet/u);
    }
  });

  it('a document may be closed while the model runs', async () => {
    const editor = await openText('Words of a document that goes.');
    select(editor, 'Words of a document that goes.');
    await command('showAttention');
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await shown(api, ['Words of a document that goes.']);
    await expectStillWorking();
  });

  it('a panel may be closed while the model runs', async () => {
    const editor = await openText('Words of a panel that goes.');
    select(editor, 'Words of a panel that goes.');
    await command('showAttention');
    const panel = api.panels.attention.current;
    assert.ok(panel);
    panel.dispose();
    assert.equal(api.panels.attention.current, undefined);
    await expectStillWorking();
  });

  it('the engine may be ended in the middle of a run', async () => {
    const editor = await openText('Words for an engine that dies.');
    putCaret(editor, 'engine');
    const text = command('showAttentionAsText');
    api.engine.end('ended by a test');
    await text;
    await openText('Words for the engine that follows.');
    await command('showAttentionAsText');
    await until(
      () => vscode.window.activeTextEditor?.document.getText().includes('follows'),
      'the text alternative',
    );
  });

  describe('with a model folder that is', () => {
    const root = () => api.models.root;
    let ours: vscode.Uri;
    let copy: vscode.Uri;
    before(() => {
      ours = root();
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
      assert.ok(folder);
      copy = vscode.Uri.joinPath(folder, 'models');
    });
    beforeEach(async () => {
      // By their bytes: the folder may be a link to the only copy there is, and this one is spoiled.
      const names = [
        'manifest.json',
        'tokenizer.json',
        'encoder.onnx',
        'parser.onnx',
        'heads.json',
      ];
      for (const name of [...names, 'expected.json']) {
        await write(
          name,
          await vscode.workspace.fs.readFile(vscode.Uri.joinPath(ours, 'bert', name)),
        );
      }
      api.models.root = copy;
      api.engine.end('ended by a test');
    });
    afterEach(async () => {
      api.models.root = ours;
      api.engine.end('ended by a test');
      await vscode.workspace.fs.delete(copy, { recursive: true });
    });

    const file = (name: string) => vscode.Uri.joinPath(copy, 'bert', name);
    const write = (name: string, bytes: Uint8Array) =>
      vscode.workspace.fs.writeFile(file(name), bytes);
    const read = (name: string) => vscode.workspace.fs.readFile(file(name));

    for (const [what, spoil, message] of [
      [
        'altered',
        async () => {
          const bytes = Uint8Array.from(await read('encoder.onnx'));
          bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
          await write('encoder.onnx', bytes);
        },
        /encoder\.onnx|checksum|damaged/u,
      ],
      [
        'truncated',
        async () => write('encoder.onnx', (await read('encoder.onnx')).slice(0, 1000)),
        /encoder\.onnx|damaged/u,
      ],
      [
        'incomplete',
        () => vscode.workspace.fs.delete(file('encoder.onnx')),
        /encoder\.onnx cannot be read/u,
      ],
      [
        'without a manifest',
        () => vscode.workspace.fs.delete(file('manifest.json')),
        /manifest\.json cannot be read/u,
      ],
      [
        'described by broken JSON',
        () => write('manifest.json', new TextEncoder().encode('{"id": ')),
        /manifest\.json/u,
      ],
      [
        'described by a lie',
        async () => {
          const manifest = new TextDecoder().decode(await read('manifest.json'));
          await write(
            'manifest.json',
            new TextEncoder().encode(manifest.replace(/"layers":\s*\d+/u, '"layers": 7')),
          );
        },
        /layers|graph|attention/iu,
      ],
    ] as const) {
      it(`${what} says so, and works again when it is whole`, async () => {
        await spoil();
        const editor = await openText('Words for a model.');
        putCaret(editor, 'model');
        const before = api.reporter.last;
        await command('showAttentionAsText');
        const failure = api.reporter.last;
        assert.notEqual(failure, before, 'no message was shown');
        assert.match(failure?.message ?? '', message);
        assert.equal(failure?.action, 'Show Extension');
        api.models.root = ours;
        api.engine.end('ended by a test');
        await vscode.window.showTextDocument(editor.document);
        await command('showAttentionAsText');
        await until(
          () => vscode.window.activeTextEditor?.document.uri.scheme === 'lm-evolution',
          'the text alternative',
        );
      });
    }
  });
});
