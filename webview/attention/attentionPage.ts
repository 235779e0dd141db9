/** The page of attention: joins the shell of all pages to what is its own. */
import { EngineError } from '../../src/common/errors';
import type {
  AttentionHostApi,
  AttentionPageApi,
  ExportFormat,
} from '../../src/common/protocol/pages/attention';
import type { ExportFile } from '../../src/common/protocol/pages/page';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { readState } from '../common/host';
import { memo } from '../common/memo';
import { createPageEngine } from '../common/pageEngine';
import { notStarted, openTextPage, type TextPage } from '../common/textPage';
import { unitAt } from '../matrix/units';
import { createActions } from './actions';
import { Analyzer } from './analyzer';
import { parseState, type AttentionState } from './attentionState';
import { describe, figureOf } from './describe';
import { exportFile } from './export/exportFile';
import { rangesOf } from './ranges';
import { createRenderer, wideFrom } from './render';
import { createViewModelMaker, type ViewModel } from './viewModel';

export function startAttentionPage(): void {
  const makeViewModel = createViewModelMaker();
  const viewModel = () => makeViewModel(store.state);
  const page: TextPage<AttentionState, AttentionHostApi> = openTextPage<
    AttentionState,
    AttentionHostApi,
    Pick<AttentionPageApi, 'export'>
  >({
    initial: {
      ...notStarted,
      saved: parseState(readState()),
      tokenized: undefined,
      shown: undefined,
      translated: undefined,
      preview: undefined,
      pointed: undefined,
      isRailOpen: false,
      box: undefined,
    },
    createEngine: createPageEngine,
    describe: () => describe(store.state, viewModel(), page.theme()),
    api: { export: ({ format }) => makeExport(format) },
    changeFor: (subject, isStart) => {
      const { saved } = store.state;
      const isSame = saved.subject && sameText(saved.subject, subject);
      // Of another model, a head of the same number is another head.
      const isOtherModel = saved.subject && saved.subject.modelId !== subject.modelId;
      return {
        saved: {
          ...saved,
          subject,
          windowStart: isStart && isSame ? saved.windowStart : 0,
          heads: isOtherModel ? [] : saved.heads,
          queries: isSame ? saved.queries : [],
        },
      };
    },
    run: subject => void analyzer.start(subject),
    onOtherDevice: () => page.rerun(),
    pointAt: range => {
      const view = viewModel()?.view;
      const query = range && view && unitAt(view.queries, range);
      if (query !== undefined) {
        store.update({ pointed: { queries: [query], from: 'document' } });
      } else if (store.state.pointed?.from === 'document') {
        store.update({ pointed: undefined });
      }
    },
    paint: view => {
      const now = viewModel();
      paint(now, view);
      tellWhetherShown(now !== undefined && !store.state.error);
      if (now) {
        const { pointed } = store.state;
        // What the document points at is seen there: what the page had lit is no longer pointed at.
        light(now.view, pointed?.from === 'document' ? undefined : pointed);
      }
    },
    wideFrom,
  });
  const { store, host } = page;
  const analyzer = new Analyzer(store, page.engine, host, page.measurePaint);
  const actions = createActions(page, makeExport);
  const paint = createRenderer(store, actions, page.announce);
  /** Where the same is pointed at in the same picture, the document is lit already. */
  const light = memo((_: ViewModel['view'], pointed: AttentionState['pointed']) => {
    const now = viewModel();
    if (now) {
      page.highlight(rangesOf(now, pointed));
    }
  });
  const tellWhetherShown = memo((isShown: boolean) => page.ask(host.pictureShown({ isShown })));

  document.addEventListener('keydown', event => {
    // An open menu or dialog is closed by the key, and no more.
    if (event.key === 'Escape' && !document.querySelector(':popover-open, dialog[open]')) {
      actions.letGo();
    }
  });

  async function makeExport(format: ExportFormat): Promise<ExportFile> {
    const now = viewModel();
    if (!now || store.state.error) {
      throw new EngineError('input-invalid', 'There is no picture to export yet.');
    }
    return exportFile(figureOf(now, store.state, page.theme()), format);
  }
}

const sameText = (a: Subject, b: Subject) =>
  a.modelId === b.modelId &&
  a.segments.length === b.segments.length &&
  a.segments.every((segment, index) => segment.text === b.segments[index]?.text);
