import * as vscode from 'vscode';

/** Work that is done sooner shows no progress. */
const patienceMs = 500;

/** Runs work that can be cancelled; after half a second it is shown, with a button that cancels it. */
export async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const result = work(controller.signal);
  const timer = setTimeout(() => {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (_, token) => {
        token.onCancellationRequested(() => controller.abort());
        await Promise.allSettled([result]);
      },
    );
  }, patienceMs);
  try {
    return await result;
  } finally {
    clearTimeout(timer);
  }
}
