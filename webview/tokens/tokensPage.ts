/** The page of tokens: joins the shell of all pages to what is its own. */
import { render } from 'lit';
import type { TextHostApi } from '../../src/common/protocol/pages/host';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { readState } from '../common/host';
import { memo } from '../common/store';
import { createPageEngine } from '../common/pageEngine';
import { notStarted, openTextPage, type TextPage } from '../common/textPage';
import { createActions, WordPlayer } from './actions';
import { chipsAt } from './chips';
import { describe } from './describe';
import { wordsOf } from './labels';
import { createRowView, type RowView } from './rowView';
import { template } from './template';
import { cutByAll } from './cut';
import {
  chipsAtOnce,
  isFailed,
  parseState,
  type PointedAt,
  type Shown,
  type TokensState,
} from './tokensState';

export function startTokensPage(): void {
  const page: TextPage<TokensState, TextHostApi> = openTextPage({
    initial: {
      ...notStarted,
      saved: parseState(readState()),
      shown: undefined,
      pointed: undefined,
      played: undefined,
      isPlaying: false,
      maxChips: chipsAtOnce,
    },
    // Of its progress nothing is said: it loads tokenizers alone.
    createEngine: (host, start) => createPageEngine(host, start),
    describe: () => describe(store.state),
    changeFor: subject => {
      const { saved } = store.state;
      const isOther = saved.subject?.segments[0].text !== subject.segments[0].text;
      return {
        maxChips: chipsAtOnce,
        saved: { ...saved, subject, ...(isOther && { played: undefined, step: 0 }) },
      };
    },
    run: subject => void cut(subject),
    pointAt: range => {
      const isOnToken =
        range &&
        store.state.shown?.rows.some(row => !isFailed(row) && chipsAt(row.chips, range).length > 0);
      if (isOnToken) {
        store.update({ pointed: { range } });
      } else if (store.state.pointed && !store.state.pointed.chip) {
        store.update({ pointed: undefined });
      }
    },
    paint: ({ root, theme }) => {
      const { state } = store;
      const { shown, error, pointed } = state;
      const views = viewsOf(shown);
      render(template(state, views, theme, actions), root);
      if (shown && !error) {
        shown.rows.forEach((row, index) => views[index]?.light(row, state));
        if (pointed && document.activeElement?.matches('.token:focus-visible')) {
          page.announce(wordsOf(state));
        }
      }
      // What the document points at is lit there already.
      if (!pointed || pointed.chip) {
        light(pointed);
      }
    },
  });
  const { store } = page;
  const player = new WordPlayer(store, page.engine);
  const actions = createActions(page, player);
  const viewsOf = memo((shown: Shown | undefined): readonly RowView[] =>
    (shown?.rows ?? []).map((_, index) => createRowView(index, actions)),
  );
  const light = memo((pointed: PointedAt | undefined) => {
    const isOnText = pointed?.chip && pointed.range.start < pointed.range.end;
    page.highlight(isOnText ? [{ ...pointed.range, strength: 1 }] : []);
  });

  async function cut(subject: Subject): Promise<void> {
    const done = await store.run('Cutting the text into tokens', signal =>
      cutByAll(page.engine(), store.state, subject, signal),
    );
    if (!done) {
      return;
    }
    for (const { error } of store.state.shown?.rows.filter(isFailed) ?? []) {
      page.ask(page.host.report({ code: error.code, message: error.message }));
    }
    void player.open(false);
    page.measurePaint();
  }
}
