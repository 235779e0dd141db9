import * as vscode from 'vscode';
import type { TestApi } from '../../src/extension/extension';
import { mark } from '../extension/suite/mark';
import type { Figure } from './figures';

/** Runs inside VS Code: what only the extension host can measure. Each figure is a line of JSON. */
export async function run(): Promise<void> {
  const say = (figure: Figure) => {
    // eslint-disable-next-line no-console -- This is how a suite in the extension host speaks.
    console.log(`${mark}${JSON.stringify(figure)}`);
  };
  const extension = vscode.extensions.getExtension<TestApi>('lm-evolution.lm-evolution');
  if (!extension) {
    throw new Error('the extension is not installed');
  }
  const api = await extension.activate();
  say({ name: 'activate() itself', value: api.activationMs, unit: 'ms', limit: 50 });

  const content = 'The host must answer while the model reads a longer text. '.repeat(20);
  const document = await vscode.workspace.openTextDocument({ content });
  const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  editor.selection = new vscode.Selection(0, 5, 0, 5);
  await pause(3000);
  say({
    name: 'extension host, longest stop while idle',
    value: await longestStop(() => pause(5000)),
    unit: 'ms',
    note: 'nothing of ours runs',
  });
  say({
    name: 'extension host, longest stop while its engine starts, loads and runs',
    value: await longestStop(async () => {
      await vscode.commands.executeCommand('lmEvolution.toggleCaretAttention');
      await until(() => api.caretAttention.state.marks.length > 0);
    }),
    unit: 'ms',
    limit: 50,
  });
  await vscode.commands.executeCommand('lmEvolution.toggleCaretAttention');
  say({
    name: 'extension host, longest stop while a panel opens and paints',
    value: await longestStop(async () => {
      await vscode.commands.executeCommand('lmEvolution.showAttention');
      await until(async () => (await api.attention.describe())?.state === 'ready');
    }),
    unit: 'ms',
    limit: 50,
  });
}

/**
 * The longest work between two turns of the event loop while `work` was done, in ms of this thread's own
 * processor time: what other processes took from it on a busy machine is not held against it.
 */
async function longestStop(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = spent();
  const timer = setInterval(() => {
    const now = spent();
    longest = Math.max(longest, now - last);
    last = now;
  }, 2);
  await work();
  clearInterval(timer);
  return longest;
}

/** Processor time of this thread, in ms. Node 24 has it, and its types of version 20 do not. */
const spent = () => {
  const { threadCpuUsage } = process as unknown as {
    threadCpuUsage(): { readonly user: number; readonly system: number };
  };
  const { user, system } = threadCpuUsage.call(process);
  return (user + system) / 1000;
};

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) {
      throw new Error('waited for a minute in vain');
    }
    await pause(25);
  }
}

const pause = (ms: number) => new Promise<void>(done => setTimeout(done, ms));
