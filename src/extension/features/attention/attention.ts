/** The commands that show, export and copy attention. */
import * as vscode from 'vscode';
import { attentionMarkdown } from './attentionMarkdown';
import { attentionModel, translationModel } from '../../modelCatalog/bundledModels';
import type { DoneMessages } from '../../workbench/doneMessages';
import type { FileSaver, TextAlternative } from '../../workbench/textAlternative';
import type { ModelCatalog } from '../../modelCatalog/modelCatalog';
import { startText } from '../../panels/hostApi';
import { beamsSetting, scaleSetting } from '../../panels/pageKinds';
import type { Settings } from '../../settings/settings';
import type { ErrorReporter } from '../../workbench/errorReporter';
import type { Panels } from '../../panels/panels';
import { withProgress } from '../../workbench/progress';
import { type EditorInUse, type Purpose, takeSubject } from '../../subject/selection';
import type { Analysis } from '../../../common/protocol/engine/analyze';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import { EngineError } from '../../../common/errors';
import type {
  AttentionDescription,
  AttentionPageApi,
  ExportFormat,
  ExportRequest,
} from '../../../common/protocol/pages/attention';
import type { Subject } from '../../../common/protocol/pages/subject';
import type { HeadChoices } from '../../subject/headChoices';
import type { SubjectTaker } from '../../subject/subjectTaker';
import type { Remote } from '../../../common/protocol/rpc';
import { CaretFollower } from './caretFollower';

const { t } = vscode.l10n;

/** In the order in which they are offered. */
const formats: Readonly<
  Record<ExportFormat, () => { readonly label: string; readonly detail: string }>
> = {
  svg: () => ({ label: 'SVG', detail: t('The picture, sharp at any size') }),
  png: () => ({ label: 'PNG', detail: t('The picture, in pixels') }),
  csv: () => ({ label: 'CSV', detail: t('The weights shown, as a table') }),
  json: () => ({ label: 'JSON', detail: t('The weights and tokens shown, for programs') }),
  html: () => ({ label: 'HTML', detail: t('A self-contained page that opens in any browser') }),
  interactive: () => ({
    label: t('Interactive HTML, All Heads'),
    detail: t('A self-contained page to look through all heads, layer by layer'),
  }),
  heads: () => ({
    label: t('JSON, All Heads'),
    detail: t('Every weight of every head, for programs'),
  }),
  npz: () => ({
    label: t('NPZ, All Heads'),
    detail: t('Every weight of every head, as arrays of NumPy'),
  }),
};

/** Those that have a background, which can be white for a paper. */
const withBackground: readonly ExportFormat[] = ['svg', 'png', 'html', 'interactive'];

const readPurpose: Purpose = { modelId: attentionModel, joining: 'pair' };
/** A translator reads one text, never a pair. */
const translatePurpose: Purpose = { modelId: translationModel, joining: 'one' };

/** The parts of the extension that these commands use. */
export interface AttentionParts {
  readonly models: ModelCatalog;
  readonly engine: EngineClient;
  readonly panels: Panels<'attention'>;
  readonly taker: SubjectTaker;
  readonly settings: Settings;
  readonly reporter: ErrorReporter;
  readonly editorInUse: EditorInUse;
  readonly log: vscode.LogOutputChannel;
  /** The choice of heads, which attention at the caret shares. */
  readonly headChoices: HeadChoices;
  readonly saver: FileSaver;
  readonly done: DoneMessages;
  readonly textAlternative: TextAlternative;
  readonly onRun: (analysis: Analysis) => void;
}

/** The commands of attention. Each throws `EngineError`; the caller shows it. */
export class Attention {
  constructor(private readonly parts: AttentionParts) {
    const { panels, models, settings, reporter, editorInUse, headChoices } = parts;
    panels.serve({
      showSelection: () => this.showSelection(),
      serve: owner => {
        const follower = new CaretFollower(owner, editorInUse, hasText =>
          this.#tell(page => page.caretMoved({ hasText })),
        );
        owner.onDidDispose(() => follower.dispose());
        return {
          start: () => startText(models, owner),
          setScale: ({ scale }) => reporter.attempt(() => settings.set(scaleSetting, scale)),
          setBeams: ({ beams }) => reporter.attempt(() => settings.set(beamsSetting, beams)),
          pictureShown: ({ isShown }) => owner.onPicture(isShown),
          selectedText: () => this.#selectedText(),
          followCaret: ({ modelId }) => follower.follow(modelId),
          chooseHeads: ({ modelId, heads }) => headChoices.choose(modelId, heads, 'panel'),
          chosenHeads: ({ modelId }) => {
            const known = headChoices.known(modelId);
            return known && { modelId, heads: known.chosen };
          },
        };
      },
    });
    headChoices.onDidChange((modelId, heads, by) => {
      // To its own choice the page has no need to be told: by then it may have made another.
      if (by !== 'panel') {
        this.#tell(page => page.headsChosen({ modelId, heads }));
      }
    });
  }

  /** Shows the attention of what is selected, or of the sentence at the caret, in the panel. */
  showSelection(): Promise<void> {
    return this.#show(readPurpose);
  }

  /** Shows the translation of the same text in the panel, with the translator's attention. */
  translateSelection(): Promise<void> {
    return this.#show(translatePurpose);
  }

  /** Rejects with the error of `takeSubject`. */
  #selectedText(): Promise<string | undefined> {
    const { current } = this.parts.editorInUse;
    return new Promise(resolve => {
      resolve(current && takeSubject(current, translatePurpose).segments[0].text);
    });
  }

  /** Describes what the page shows; undefined while no panel is open. */
  describe(): Promise<AttentionDescription | undefined> {
    return this.parts.panels.ask(page => page.describe({}));
  }

  /** Has the panel keep the text that it shows, or follow the caret. */
  async pin(isPinned: boolean): Promise<void> {
    await this.parts.panels.ask(page => page.pin({ isPinned }));
  }

  /** Tells the page, if it is there: one that is not asks when it starts. Nobody waits for it, so a failure is only logged. */
  #tell(call: (page: Remote<AttentionPageApi>) => Promise<void>): void {
    const { panels, log } = this.parts;
    if (panels.current?.isReady) {
      panels.ask(call).catch((error: unknown) => {
        if (!EngineError.is(error, 'cancelled')) {
          log.error(error instanceof Error ? error : String(error));
        }
      });
    }
  }

  /**
   * Opens the attention as text: that of the panel while it is in front, otherwise that of what is selected, computed by
   * the host's own engine.
   */
  async showText(): Promise<void> {
    const { panels, editorInUse, textAlternative, taker } = this.parts;
    const { current } = panels;
    if (current && (current.isInFront || !editorInUse.current)) {
      const { markdown } = await this.#describeShown();
      await textAlternative.open(current.title, markdown);
      return;
    }
    await taker.take(readPurpose, subject => this.#openAsText(subject));
  }

  async #openAsText(subject: Subject): Promise<void> {
    const { models, engine, onRun, textAlternative, headChoices } = this.parts;
    const { modelId } = readPurpose;
    const [first, second] = subject.segments;
    const manifest = await models.manifest(modelId);
    const analysis = await withProgress(t('Running {0}', manifest.name), signal =>
      engine.analyze({ modelId, text: first.text, textPair: second?.text }, { signal }),
    );
    onRun(analysis);
    await textAlternative.open(
      t('Attention: {0}', subject.label),
      attentionMarkdown(subject, analysis, manifest, headChoices.of(modelId)),
    );
  }

  /** Saves the picture to a file. @param format the user is asked to choose one if this is none. */
  async export(format: unknown): Promise<void> {
    const { panels, saver } = this.parts;
    await this.#describeShown(); // Fails before the user is asked anything.
    const chosen = isFormat(format) ? { format } : await askFormat();
    if (!chosen) {
      return;
    }
    const file = await withProgress(t('Exporting'), signal =>
      panels.ask(page => page.export(chosen, { signal })),
    );
    if (!file) {
      throw noAttentionShown();
    }
    await saver.save(file);
  }

  /** Copies the picture as Markdown text. */
  async copy(): Promise<void> {
    const { markdown } = await this.#describeShown();
    await vscode.env.clipboard.writeText(markdown);
    this.parts.done.show(t('Copied as Markdown'));
  }

  /** Describes the picture. @throws EngineError `input-invalid` while the page shows none, for example during a first run. */
  async #describeShown(): Promise<AttentionDescription> {
    const description = await this.describe();
    if (!description?.matrix) {
      throw noAttentionShown();
    }
    return description;
  }

  #show(purpose: Purpose): Promise<void> {
    const { panels, taker } = this.parts;
    return taker.take(purpose, subject => panels.show(subject));
  }
}

const noAttentionShown = () =>
  new EngineError('input-invalid', t('No attention is shown yet. Run Show Attention first.'));

const isFormat = (format: unknown): format is ExportFormat =>
  typeof format === 'string' && Object.hasOwn(formats, format);

async function askFormat(): Promise<ExportRequest | undefined> {
  const all = Object.entries(formats).map(([format, words]) => ({
    ...words(),
    request: isFormat(format) ? { format, isForPaper: false } : undefined,
  }));
  const onWhite = withBackground.map(format => ({
    label: t('{0}, for Paper', formats[format]().label),
    detail: t('The same on white'),
    request: { format, isForPaper: true },
  }));
  const choice = await vscode.window.showQuickPick([...all, ...onWhite], {
    title: t('Export Attention'),
  });
  return choice?.request;
}
