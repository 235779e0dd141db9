/** Shows the progress of work that takes long. */
import * as vscode from 'vscode';

/** Work that ends sooner shows no progress, in ms. */
const progressDelayMs = 500;

/** Runs work that can be cancelled. After half a second a notification with a button to cancel appears. */
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
  }, progressDelayMs);
  try {
    return await result;
  } finally {
    clearTimeout(timer);
  }
}
