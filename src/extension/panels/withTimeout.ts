/** A limit to how long a page may take to answer. */
import { l10n } from 'vscode';
import { EngineError } from '../../common/errors';

/** How long a page may take to answer, in ms. */
const patienceMs = 20_000;

/** @throws EngineError `internal` when a page does not answer in time; what `answer` throws. */
export async function withTimeout<T>(answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new EngineError('internal', l10n.t('The panel does not answer. Close it and try again.')),
        ),
      patienceMs,
    );
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
