import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/extension';
import { command, extensionId, openText, pause, putCaret, testApi, tidy, until } from './inVsCode';

interface Contributed {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly keybindings: readonly {
      readonly command: string;
      readonly key: string;
      readonly mac?: string;
    }[];
  };
}

const manifest = () =>
  // What package.json holds, as far as these tests read it.
  vscode.extensions.getExtension(extensionId)?.packageJSON as Contributed;

describe('The extension host', () => {
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  afterEach(tidy);

  it('knows every command of the manifest', async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    const missing = manifest().contributes.commands.filter(({ command }) => !known.has(command));
    assert.deepEqual(missing, []);
  });

  it('has key bindings that collide with nothing of VS Code', async () => {
    const document = await vscode.workspace.openTextDocument(
      vscode.Uri.parse('vscode://defaultsettings/keybindings.json'),
    );
    // JSON with comments; no string in it holds two slashes at the start of a line.
    const json = document
      .getText()
      .replace(/^\s*\/\/.*$/gmu, '')
      .replace(/,(?=\s*[\]}])/gu, '');
    // Each entry has a key and a command.
    const defaults = JSON.parse(json) as readonly {
      readonly key: string;
      readonly command: string;
    }[];
    const others = defaults.filter(({ command }) => !command.startsWith('lmEvolution.'));
    assert.ok(others.length > 500, 'the list of VS Code is not complete');
    const isMac = others.some(({ key }) => key.includes('cmd+'));
    for (const { key, mac, command: ours } of manifest().contributes.keybindings) {
      const pressed = isMac ? (mac ?? key) : key;
      if (pressed === 'escape' || ours === 'editor.action.inlineSuggest.commit') {
        // Bound only while something is painted and nothing else wants it; while a text is offered Tab takes it, as
        // VS Code's own does.
        continue;
      }
      // A key that we bind for a command of VS Code's is in its list too.
      const collisions = others.filter(
        other =>
          other.command !== ours && (other.key === pressed || other.key.startsWith(`${pressed} `)),
      );
      assert.deepEqual(collisions, [], `${ours} collides on ${pressed}`);
    }
  });

  it('is not held up by a run', async () => {
    const editor = await openText('The host must answer while the model reads. '.repeat(20));
    putCaret(editor, 'host');
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await command('toggleCaretAttention');
    await until(() => api.caretAttention.state.marks.length > 0, 'the painted attention', 60_000);
    clearInterval(timer);
    // A host that loaded and ran the model itself would turn while it reads the files, and hardly again.
    assert.ok(turns > 30, `the host turned ${turns} times`);
  });

  it('says in the status bar which device ran, and how long', async () => {
    const editor = await openText('Some words to run.');
    putCaret(editor, 'words');
    await command('showAttentionAsText');
    assert.match(api.statusItem.text, /(WASM|WebGPU) · (\d+ ms|\d+\.\d s)$/u);
  });

  it('shows its log', async () => {
    await command('showLog');
    await until(
      () =>
        vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === 'output'),
      'the log',
    );
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  it('offers the devices and keeps the choice', async () => {
    const section = () => vscode.workspace.getConfiguration('lmEvolution');
    try {
      const choosing = command('chooseDevice');
      await pause(1000); // Nothing tells that the list is there.
      await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
      await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await choosing;
      assert.equal(section().get('device'), 'wasm');
    } finally {
      await section().update('device', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
