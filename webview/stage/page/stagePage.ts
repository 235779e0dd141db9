/** The page of stages: joins the lesson, its live parts and the host, and tells in words what it shows. */
import { render } from 'lit';
import { asEngineError } from '../../../src/common/errors';
import {
  type PartId,
  plainWords,
  type StageId,
  type Target,
  type ViewId,
} from '../../../src/common/content/lesson';
import type {
  StageDescription,
  StageHostApi,
  StagePageApi,
  StageStart,
} from '../../../src/common/protocol/pages/stage';
import type { Subject } from '../../../src/common/protocol/pages/subject';
import { readState, writeState } from '../../common/host';
import { createStore, memo, type Store } from '../../common/store';
import { openPage, type Page, type PageView, pictureRoom } from '../../common/page';
import {
  type Actions,
  initialState,
  lessonOf,
  maxSentenceLength,
  parseState,
  type SavedState,
  type ScrollPlace,
  sentenceOf,
  type StageState,
} from './state';
import { LiveParts } from './liveParts';
import { ScrollKeeper } from './scrollKeeper';
import { StageDiagram, template } from './template';
import type { PartOfStage } from './partSet';

/** What must be visible of a part below its heading, in CSS pixels: with less the page scrolls to it. */
const minVisible = 200;

const top: ScrollPlace = { anchor: '', down: 0 };
const placeOf = (id: PartId): ScrollPlace => ({ anchor: `part-${id}-title`, down: 0 });

/** Builds the page and keeps it joined to the host. Text is painted first; diagram and models come after it. */
export function startStagePage(): void {
  new StagePage().start();
}

class StagePage {
  readonly #page: Page<Store<StageState>, StageHostApi> = openPage<
    Store<StageState>,
    StageHostApi,
    StagePageApi
  >({
    api: {
      show: ({ subject }) => this.#take(subject),
      configure: ({ settings }) => this.#live.setDevice(settings.device),
      release: () => this.#live.release(),
      textChanged: () => undefined,
      pointAt: () => undefined, // The sentence is the page's own.
      describe: () => describe(this.#store.state, this.#live.shown),
      open: ({ stage, part }) => this.#open(stage, part),
    },
    createStore: onChange => createStore(initialState(parseState(readState())), onChange),
    paint: view => this.#paint(view),
  });
  readonly #store = this.#page.store;
  readonly #host = this.#page.host;
  readonly #live = new LiveParts(this.#host, this.#store, (id, settings) =>
    this.#save({ parts: { ...this.#store.state.saved.parts, [id]: settings } }),
  );
  readonly #actions: Actions = {
    ...this.#page.actions,
    goTo: stage => this.#goTo(stage),
    follow: target => this.#follow(target),
    run: sentence => this.#run(sentence),
    answer: choice => this.#saveAnswer(choice),
    forgetAnswer: () => this.#saveAnswer(undefined),
    pointAtSymbol: symbol => {
      if (symbol !== this.#store.state.symbol) {
        this.#store.update({ symbol });
      }
    },
    retry: () => this.#begin(),
  };
  readonly #scroll = new ScrollKeeper(() => this.#savePlace());
  readonly #diagram = new StageDiagram(this.#store, this.#actions.follow);
  readonly #write = memo((saved: SavedState) => writeState(saved));
  readonly #reportStage = memo((stage: StageId) => this.#page.ask(this.#host.atStage({ stage })));

  start(): void {
    this.#begin();
    this.#scroll.goTo(this.#store.state.saved.place ?? top);
    addEventListener('visibilitychange', () => this.#savePlace());
    addEventListener('pagehide', () => {
      this.#savePlace();
      this.#write(this.#store.state.saved);
    });
  }

  /** The text needs the lessons alone; what runs needs the models too, and code that no text waits for. */
  #begin(): void {
    this.#store.update({ error: undefined });
    const onFailure = (cause: unknown) => this.#store.update({ error: asEngineError(cause) });
    const started = this.#host.start({});
    const text = started.then(book => this.#showText(book));
    text.catch(onFailure);
    Promise.all([started, this.#host.models({})])
      .then(([start, models]) => this.#live.start({ ...start, models }, text))
      .catch(onFailure);
  }

  /** @returns when the text is on the screen. */
  async #showText(book: StageStart): Promise<void> {
    this.#store.update({ book });
    const { subject, stage, part } = book;
    if (subject && subject.segments[0].text !== this.#store.state.saved.subject?.segments[0].text) {
      this.#take(subject);
    }
    if (stage) {
      this.#open(stage, part);
    }
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    this.#store.update({ textMs: this.#store.state.textMs ?? performance.now() });
  }

  /** The user's text becomes the sentence. */
  #take(subject: Subject): void {
    const text = subject.segments[0].text.trim().replace(/\s+/g, ' ');
    const sentence = cutAtWord(text, maxSentenceLength);
    this.#save({ subject, sentence, cut: text.length - sentence.length + subject.cutLength });
    this.#live.showAgain();
  }

  #run(sentence: string): void {
    this.#save({ sentence: sentence.trim().slice(0, maxSentenceLength), cut: 0 });
    const id = this.#live.run();
    if (id && !this.#isVisible(id)) {
      this.#scroll.goTo(placeOf(id)); // The user may go on writing: the focus stays.
    }
  }

  #isVisible(id: PartId): boolean {
    const heading = document.getElementById(placeOf(id).anchor)?.getBoundingClientRect();
    const main = document.querySelector('main')?.getBoundingClientRect();
    return (
      !heading || !main || (heading.top >= main.top && heading.top <= main.bottom - minVisible)
    );
  }

  #open(stage: StageId, part: PartId | undefined): void {
    this.#goTo(stage);
    if (part) {
      this.#scroll.goTo(placeOf(part), true);
    }
  }

  #goTo(stage: StageId): void {
    if (stage === this.#store.state.saved.stage) {
      return;
    }
    this.#live.cancel();
    this.#save({ stage, place: undefined });
    this.#scroll.goTo(top);
    const title = lessonOf(this.#store.state)?.title;
    if (title) {
      this.#page.announce(title);
    }
  }

  #follow(target: Target): void {
    const [kind, id = ''] = target.split(':');
    const lesson = lessonOf(this.#store.state);
    if (kind === 'stage') {
      this.#goTo(id as StageId); // A target names what exists: the lesson was checked.
    } else if (kind === 'view' && lesson) {
      const view = id as ViewId; // As above.
      this.#page.ask(this.#host.openView({ view, text: sentenceOf(this.#store.state, lesson) }));
    } else {
      this.#scroll.goTo(placeOf(id as PartId), true); // As above.
    }
  }

  #save(change: Partial<SavedState>): void {
    this.#store.update({ saved: { ...this.#store.state.saved, ...change } });
  }

  #saveAnswer(choice: number | undefined): void {
    const { stage, answers } = this.#store.state.saved;
    this.#save({ answers: { ...answers, [stage]: choice } });
  }

  #savePlace(): void {
    const { place } = this.#store.state.saved;
    const now = this.#scroll.place;
    if (now && (now.anchor !== place?.anchor || now.down !== place.down)) {
      this.#save({ place: now });
    }
  }

  #paint({ root, theme, width }: PageView): void {
    const { state } = this.#store;
    render(template(state, this.#live.shown, theme, this.#actions), root);
    this.#write(state.saved);
    const lesson = lessonOf(state);
    if (lesson) {
      this.#reportStage(lesson.id);
      this.#revealStage(lesson.id, root);
    }
    const main = root.querySelector('main');
    if (main && lesson) {
      this.#scroll.watch(main);
    }
    this.#live.watch(root);
    void this.#diagram.show(theme, pictureRoom(width));
  }

  /** Brings the stage into view among the others, where not all fit. */
  readonly #revealStage = memo((_stage: StageId, root: Element) =>
    root.querySelector('.place[aria-current]')?.scrollIntoView({ inline: 'nearest' }),
  );
}

/** The longest start of a text, up to the end of a word. */
function cutAtWord(text: string, maxLength: number): string {
  if (text.length <= maxLength) {
    return text;
  }
  const end = text.lastIndexOf(' ', maxLength);
  return text.slice(0, end > maxLength / 2 ? end : maxLength);
}

function describe(state: StageState, parts: readonly PartOfStage[]): StageDescription {
  const lesson = lessonOf(state);
  const { error, saved } = state;
  return {
    state: error ? 'error' : lesson ? 'ready' : 'loading',
    error: error && { code: error.code, message: error.message },
    paintMs: state.textMs,
    markdown: lesson
      ? [
          `# ${lesson.years} ${lesson.name}: ${lesson.title}`,
          lesson.before,
          ...lesson.idea.map(plainWords),
          ...parts.map(({ part }) => `## ${part.title}\n\n${part.words}`),
          lesson.left,
        ].join('\n\n')
      : '',
    stage: lesson?.id,
    sentence: lesson ? sentenceOf(state, lesson) : '',
    textMs: state.textMs,
    parts: parts.map(({ id, part }) => ({ id, state: part.state, words: part.words })),
    values: Object.assign(
      {},
      ...parts.map(({ part }) => part.values),
    ) as StageDescription['values'], // Each part's values have its own names.
    hasDiagram: lesson !== undefined && state.diagram?.lesson === lesson,
    answer: lesson && saved.answers[lesson.id],
  };
}
