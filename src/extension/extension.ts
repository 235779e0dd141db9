/** Where the extension begins: builds what a window has once, then the features, and registers and counts the commands. */
import * as vscode from 'vscode';
import { commandTable } from './commands';
import { chooseDevice } from './engine/chooseDevice';
import { Attention } from './features/attention/attention';
import { CaretAttention } from './features/caretAttention/caretAttention';
import { Completion } from './features/completion/completion';
import { Explainer } from './features/completion/explainer';
import { serveWhyPage } from './features/completion/serveWhyPage';
import { Lessons } from './features/evolution/content';
import { serveStory } from './features/evolution/serveStory';
import { StageGuide } from './features/evolution/stageGuide';
import { registerOnYourText, Timeline } from './features/evolution/timeline';
import { createNextTokens } from './features/nextTokens/nextTokens';
import { Surprisal } from './features/surprisal/surprisal';
import { createShowTokens } from './features/tokens/showTokens';
import { TokenColors } from './features/tokens/tokenColors';
import { TokenCount } from './features/tokens/tokenCount';
import { Tokenizers } from './features/tokens/tokenizers';
import { createHostParts, type Keep } from './hostParts';
import { attentionModel } from './modelCatalog/bundledModels';
import type { ErrorReporter } from './workbench/errorReporter';
import { openExample } from './workbench/textAlternative';

/** All parts, as tests inside VS Code see them. */
export type TestApi = ReturnType<typeof build> & {
  /** From the start of `activate` to its end, in ms. */
  readonly activationMs: number;
};

/** Builds the parts and joins them; reads nothing and starts nothing. */
export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  const startedAt = performance.now();
  try {
    const parts = build(context);
    return context.extensionMode === vscode.ExtensionMode.Test
      ? { ...parts, activationMs: performance.now() - startedAt }
      : undefined;
  } catch (error) {
    // VS Code shows nothing when an extension fails to activate.
    void vscode.window.showErrorMessage(
      vscode.l10n.t('Evolution of Language Models could not start: {0}', String(error)),
    );
    throw error;
  }
}

function build(context: vscode.ExtensionContext) {
  const keep: Keep = part => {
    context.subscriptions.push(part);
    return part;
  };
  const host = createHostParts(context, keep);
  const { engine, completionEngine, models, settings, panels } = host;

  const attention = new Attention({ ...host, panels: panels.attention });
  const caretAttention = keep(
    new CaretAttention({
      ...host,
      manifest: () => models.manifest(attentionModel),
    }),
  );
  const showTokens = createShowTokens({ ...host, panels: panels.tokens });
  const showNextTokens = createNextTokens({ ...host, panels: panels.next });
  const tokenizers = keep(new Tokenizers(models, settings));
  const tokenCount = keep(new TokenCount({ engine, tokenizers, settings }));
  const tokenColors = keep(new TokenColors({ ...host, tokenizers }));
  const surprisal = keep(
    new Surprisal({
      ...host,
      onRun: ({ modelId, runMs, tokens }) => host.onRun({ modelId, runMs, source: tokens }),
    }),
  );
  const explainer = new Explainer(completionEngine);
  const completion = keep(
    new Completion({
      ...{ models, settings, log: host.log, memento: host.globalState },
      engine: completionEngine,
      explainer,
      show: subject => panels.why.show(subject),
    }),
  );
  serveWhyPage({ ...host, panels: panels.why, explainer, why: () => completion.why() });

  const lessons = new Lessons(vscode.Uri.joinPath(context.extensionUri, 'media', 'lessons'));
  const stageGuide = new StageGuide({ ...host, lessons, panels: panels.stage });
  const timeline = keep(new Timeline(lessons, models, host.activity, host.memory));
  keep(registerOnYourText());
  serveStory({ ...host, lessons, stageGuide, timeline });

  const table = commandTable({
    ...{ attention, caretAttention, showTokens, tokenizers, tokenColors, showNextTokens },
    ...{ surprisal, completion, stageGuide, maps: panels.maps, openExample },
    chooseDevice: () => chooseDevice(settings),
    showLog: () => host.log.show(),
  });
  const commandCounts = registerCommands(table, host.reporter, keep);
  return {
    ...{ ...host, attention, caretAttention, tokenCount, tokenColors, surprisal, completion },
    ...{ timeline, commandCounts },
  };
}

/** Counts the commands that succeeded. A step of the walkthrough is checked off when its command has, not when it failed. */
class CommandCounts {
  readonly #counts = new Map<string, number>();

  /** The number of times that a command has succeeded. */
  count(id: string): number {
    return this.#counts.get(id) ?? 0;
  }

  /** @param id for example `lmEvolution.showAttention`, whose context key is `lmEvolution.did.showAttention`. */
  increment(id: string): void {
    const count = this.count(id);
    this.#counts.set(id, count + 1);
    if (count === 0) {
      void vscode.commands.executeCommand('setContext', id.replace('.', '.did.'), true);
    }
  }
}

/** Registers commands by their ids. A failure is shown, and a success is counted. */
function registerCommands(
  table: Readonly<Record<string, (arg?: unknown) => unknown>>,
  reporter: ErrorReporter,
  keep: Keep,
): CommandCounts {
  const counts = new CommandCounts();
  for (const [id, command] of Object.entries(table)) {
    const work = async (arg: unknown) => {
      await command(arg);
      counts.increment(id);
    };
    keep(vscode.commands.registerCommand(id, (arg: unknown) => reporter.run(() => work(arg))));
  }
  return counts;
}
