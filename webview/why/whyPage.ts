/** The page that explains a completion: joins the shell of all pages to what is its own. */
import { render } from 'lit';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { WhyHostApi } from '../../src/common/protocol/pages/why';
import { readState } from '../common/host';
import { memo } from '../common/store';
import { notStarted, openTextPage, type TextPage } from '../common/textPage';
import { createActions } from './actions';
import { describe, lineOf } from './labels';
import { Explainer } from './explainer';
import { parseState, rangesOf, type TokenAttention, type WhyState } from './whyState';
import { createRows } from './rows';
import { Questioner } from './questioner';
import { noQuestions } from './whatIfState';
import { template } from './template';

/** It has no engine: the one that completed is in the host, warm and with what it has read, and only it can say why. */
export function startWhyPage(): void {
  const page: TextPage<WhyState, WhyHostApi> = openTextPage({
    initial: {
      ...notStarted,
      saved: parseState(readState()),
      shown: undefined,
      attention: undefined,
      ranks: new Map(),
      pointed: undefined,
      whatIf: noQuestions,
    },
    describe: () => describe(store.state),
    changeFor: subject => {
      const { saved } = store.state;
      const isOther = textOf(saved.subject) !== textOf(subject);
      return { saved: { ...saved, subject, chosen: isOther ? undefined : saved.chosen } };
    },
    run: subject => {
      questioner.reset();
      void explainer.start(subject);
    },
    paint: ({ root, theme }) => {
      const { state } = store;
      const drawn = rows.of(state, theme);
      render(template(state, drawn, actions), root);
      if (drawn && !state.error) {
        rows.light(drawn, state);
        const isByKeyboard = document.activeElement?.matches('.token:focus-visible');
        if (state.pointed !== undefined && isByKeyboard) {
          page.announce(lineOf(state));
        }
      }
      light(state.attention);
    },
  });
  const { store } = page;
  const explainer = new Explainer(store, page.host, page.measurePaint);
  const questioner = new Questioner(store, page.host, subject => {
    store.update({ saved: { ...store.state.saved, subject }, isStale: false });
    page.rerun();
  });
  const actions = createActions(page, explainer, questioner);
  const rows = createRows(actions);
  const light = memo((attention: TokenAttention | undefined) => {
    const { shown } = store.state;
    page.highlight(shown && attention ? rangesOf(shown.explanation, attention) : []);
  });
}

const textOf = (subject: Subject | undefined) =>
  subject?.segments.map(({ text }) => text).join('\n');
