/** The page of next tokens: joins the shell of all pages to what is its own. */
import type { NextHostApi } from '../../src/common/protocol/pages/next';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { readState } from '../common/host';
import { createPageEngine } from '../common/pageEngine';
import { modelFor } from '../common/predictors';
import { notStarted, openTextPage, type TextPage } from '../common/textPage';
import { createActions } from './createActions';
import { describe } from './describe';
import { barsAtOnce, parseState, readSubject, type NextState } from './nextState';
import { Predictor } from './predictor';
import { createRenderer, wideFrom } from './render';
import { SpellingLoader } from './tokenLabels';
import { createViewModelMaker } from './viewModel';
import { Writer } from './writer';

export function startNextPage(): void {
  const makeViewModel = createViewModelMaker();
  const viewModel = () => makeViewModel(store.state);
  const page: TextPage<NextState, NextHostApi> = openTextPage({
    initial: {
      ...notStarted,
      saved: parseState(readState()),
      tokenized: undefined,
      isWriting: false,
      shown: undefined,
      spellings: new Map(),
      probabilities: new Map(),
      beams: undefined,
      pace: undefined,
      barCount: barsAtOnce,
      pointed: undefined,
    },
    createEngine: (...given) => {
      predictor.forget();
      return createPageEngine(...given);
    },
    describe: () => describe(store.state, viewModel()),
    changeFor: subject => {
      const { saved, models } = store.state;
      const before = saved.subject;
      const isSameText = before?.segments[0].text === subject.segments[0].text;
      // The model that the user has chosen stays, as far as there is one.
      const modelId = modelFor(models, before?.modelId ?? subject.modelId)?.id ?? subject.modelId;
      return {
        ...(!isSameText && { probabilities: new Map(), beams: undefined, pace: undefined }),
        saved: {
          ...saved,
          subject: { ...subject, modelId },
          ...(!isSameText && { branches: {}, masked: [], held: 0 }),
        },
      };
    },
    run: () => withSubject(subject => void predictor.start(subject)),
    onOtherDevice: () => {
      predictor.forget();
      page.rerun();
    },
    paint: view => paint(store.state, viewModel(), view),
    wideFrom,
  });
  const { store, engine } = page;
  const spellings = new SpellingLoader(store, engine);
  const predictor = new Predictor(store, engine, page.host, spellings, page.measurePaint);
  const writer = new Writer(store, engine, spellings, predictor);
  const actions = createActions(page, {
    viewModel,
    write: () => withSubject(subject => void writer.write(subject)),
  });
  const paint = createRenderer(actions, page.announce);

  function withSubject(use: (subject: Subject) => void): void {
    const subject = readSubject(store.state.saved);
    if (subject) {
      use(subject);
    }
  }
}
