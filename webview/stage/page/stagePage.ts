import { render } from 'lit';
import { asEngineError } from '../../../src/common/errors';
import type { PartId, StageId, Target, ViewId } from '../../../src/common/content/lesson';
import { EngineClient } from '../../../src/common/engineClient/engineClient';
import type { PageStart } from '../../../src/common/protocol/pages/page';
import type {
  StageHostApi,
  StagePageApi,
  StageStart,
} from '../../../src/common/protocol/pages/stage';
import type { Subject } from '../../../src/common/protocol/pages/subject';
import { createAnnouncer } from '../../elements/announcer';
import { createMemoryReporter } from '../../common/memoryReporter';
import { memo } from '../../common/memo';
import { createPageRoot } from '../../common/pageRoot';
import { onceATask } from '../../common/batchUpdates';
import { joinHost } from '../../common/page';
import { pageRuntime } from '../../common/pageRuntime';
import { readState, writeState } from '../../common/state';
import { createStore } from '../../common/store';
import { narrowBelow, pictureRoom } from '../../common/textWidth';
import { onThemeChange, readTheme } from '../../common/theme';
import type { Actions } from './actions';
import { describe } from './describe';
import { createDiagramDrawer } from '../../diagram/diagramDrawer';
import { layoutStep } from '../../diagram/diagramPlace';
import type { PartSet } from './partSet';
import { longestSentence, parseState, type SavedState } from './savedState';
import { ScrollKeeper } from './scrollKeeper';
import { lessonOf, sentenceOf, type StageState } from './state';
import { template } from './template';

/** How much of a part there is to be seen below its heading, or it is scrolled to, in CSS pixels. */
const leastSeen = 200;

const headingOf = (id: PartId) => `part-${id}-title`;

/** Builds the page and keeps it joined to the host. Text is painted first; diagram and models come after it. */
export function startStagePage(): void {
  const themeOf = memo((_version: number) => readTheme());
  const store = createStore<StageState>(
    {
      saved: parseState(readState()),
      book: undefined,
      error: undefined,
      diagram: undefined,
      diagramError: undefined,
      symbol: undefined,
      pageWidth: undefined,
      themeVersion: 0,
      textMs: undefined,
    },
    () => onChange(),
  );
  const host = joinHost<StageHostApi, StagePageApi>({
    show: ({ subject }) => take(subject),
    configure: ({ settings }) => client?.setDevice(settings.device),
    release: () => client?.release(),
    pointAt: () => undefined, // The sentence is the page's own.
    describe: () => describe(store.state, shownParts()),
    open: ({ stage, part }) => open(stage, part),
  });
  const onChange = onceATask(paint);
  begin(); // First of all: while the host answers, the page is made.
  const root = createPageRoot(store);
  const scroll = new ScrollKeeper();
  const announce = createAnnouncer();
  const tellStage = memo((stage: StageId) => ask(host.atStage({ stage })));
  const keep = memo((saved: SavedState) => writeState(saved));
  const drawDiagram = createDiagramDrawer();
  let client: EngineClient | undefined;
  let parts: PartSet | undefined;
  let isPlaceDue = true;
  let duePart: PartId | undefined;

  const actions: Actions = {
    goTo,
    follow,
    run: sentence => {
      save({ sentence: sentence.trim().slice(0, longestSentence), cut: 0 });
      const id = parts?.run(lessonOf(store.state)?.parts ?? []);
      if (id) {
        showResult(id);
      }
    },
    answer: choice => saveAnswer(choice),
    forgetAnswer: () => saveAnswer(undefined),
    openLink: url => ask(host.openLink({ url })),
    pointAtSymbol: symbol => {
      if (symbol !== store.state.symbol) {
        store.update({ symbol });
      }
    },
    retry: begin,
    setDevice: device => ask(host.setDevice({ device })),
    showSelection: () => ask(host.showSelection({})),
    showLog: () => ask(host.showLog({})),
  };

  onThemeChange(() => store.update({ themeVersion: store.state.themeVersion + 1 }));
  onChange();

  /** The text needs the lessons alone; what runs needs the models too, and code that no text waits for. */
  function begin(): void {
    store.update({ error: undefined });
    const onFailure = (cause: unknown) => store.update({ error: asEngineError(cause) });
    const started = host.start({});
    const text = started.then(onBook);
    text.catch(onFailure);
    Promise.all([started, host.models({})])
      .then(([start, models]) => onStart({ ...start, models }, text))
      .catch(onFailure);
  }

  /** @returns when the text is on the screen. */
  async function onBook(book: StageStart): Promise<void> {
    store.update({ book });
    const { subject } = book;
    if (subject && subject.segments[0].text !== store.state.saved.subject?.segments[0].text) {
      take(subject);
    }
    if (book.stage) {
      open(book.stage, book.part);
    }
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    store.update({ textMs: store.state.textMs ?? performance.now() });
  }

  async function onStart(start: PageStart, text: Promise<void>): Promise<void> {
    const { models, runtime, settings } = start;
    client?.end();
    const memory = createMemoryReporter(host);
    const own: EngineClient = new EngineClient(
      pageRuntime(host, runtime, models, () => undefined),
      { device: settings.device, onUse: memory.used, onChange: () => memory.held(own) },
    );
    client = own;
    await text;
    const [{ PartSet }, { registerControls }] = await Promise.all([
      import('./partSet'),
      import('../../elements/controls'),
    ]);
    registerControls();
    if (client !== own) {
      return; // The page has begun again.
    }
    parts = new PartSet({
      ...{ client: own, host, models },
      settingsOf: id => store.state.saved.parts[id],
      lessons: () => store.state.book?.lessons ?? [],
      sources: () => store.state.book?.sources ?? {},
      keep: (id, kept) => save({ parts: { ...store.state.saved.parts, [id]: kept } }),
      changed: () => onChange(),
      sentence: () => {
        const lesson = lessonOf(store.state);
        return lesson ? sentenceOf(store.state, lesson) : '';
      },
    });
    onChange();
  }

  /** A text of the person's becomes the sentence. */
  function take(subject: Subject): void {
    const text = subject.segments[0].text.trim().replace(/\s+/g, ' ');
    const sentence = cutAtWord(text, longestSentence);
    save({ subject, sentence, cut: text.length - sentence.length + subject.cutLength });
    parts?.showAgain();
  }

  function open(stage: StageId, part: PartId | undefined): void {
    goTo(stage);
    if (part) {
      // Once the stage and its parts are on the page.
      isPlaceDue = false;
      duePart = part;
      onChange(); // The stage may be the one that is shown.
    }
  }

  function goTo(stage: StageId): void {
    if (stage === store.state.saved.stage) {
      return;
    }
    parts?.cancel();
    save({ stage, place: undefined });
    isPlaceDue = true;
    const title = lessonOf(store.state)?.title;
    if (title) {
      announce(title);
    }
  }

  function follow(target: Target): void {
    const [kind, id = ''] = target.split(':');
    const lesson = lessonOf(store.state);
    if (kind === 'stage') {
      goTo(id as StageId); // A target names what exists: the lesson was checked.
    } else if (kind === 'view' && lesson) {
      const view = id as ViewId; // As above.
      ask(host.openView({ view, text: sentenceOf(store.state, lesson) }));
    } else {
      const anchor = headingOf(id as PartId); // As above.
      scroll.goTo({ anchor, down: 0 });
      document.getElementById(anchor)?.focus({ preventScroll: true });
    }
  }

  /** Brings what runs into view where it is not; the person may go on writing. */
  function showResult(id: PartId): void {
    const anchor = headingOf(id);
    const heading = document.getElementById(anchor)?.getBoundingClientRect();
    const main = root.querySelector('main')?.getBoundingClientRect();
    if (heading && main && (heading.top < main.top || heading.top > main.bottom - leastSeen)) {
      scroll.goTo({ anchor, down: 0 });
    }
  }

  function save(change: Partial<SavedState>): void {
    store.update({ saved: { ...store.state.saved, ...change } });
  }

  function saveAnswer(choice: number | undefined): void {
    const { stage, answers } = store.state.saved;
    save({ answers: { ...answers, [stage]: choice } });
  }

  function shownParts() {
    const lesson = lessonOf(store.state);
    return (lesson && parts?.of(lesson.parts)) ?? [];
  }

  /** What the host cannot do it says itself. */
  function ask(answer: Promise<unknown>): void {
    answer.catch(() => undefined);
  }

  function paint(): void {
    const { state } = store;
    const theme = themeOf(state.themeVersion);
    const width = state.pageWidth ?? root.clientWidth;
    root.classList.toggle('narrow', width < narrowBelow);
    render(template(state, shownParts(), theme, actions), root);
    keep(state.saved);
    const lesson = lessonOf(state);
    if (lesson) {
      tellStage(lesson.id);
    }
    const main = root.querySelector('main');
    if (isPlaceDue && main && lesson) {
      isPlaceDue = false;
      scroll.goTo(state.saved.place ?? { anchor: '', down: 0 });
      root.querySelector('.place[aria-current]')?.scrollIntoView({ inline: 'nearest' });
    }
    if (main) {
      scroll.watch(main);
    }
    if (duePart && document.getElementById(`part-${duePart}`)) {
      follow(`part:${duePart}`);
      duePart = undefined;
    }
    parts?.watch(root);
    void draw(width);
  }

  addEventListener('visibilitychange', keepPlace);
  addEventListener('pagehide', () => {
    keepPlace();
    keep(store.state.saved);
  });
  setInterval(keepPlace, 1000);

  function keepPlace(): void {
    const { place } = store.state.saved;
    const now = isPlaceDue ? undefined : scroll.place;
    if (now && (now.anchor !== place?.anchor || now.down !== place.down)) {
      save({ place: now });
    }
  }

  /** Draws the diagram where it is not the one that is drawn. */
  async function draw(width: number): Promise<void> {
    const { state } = store;
    const lesson = lessonOf(state);
    // The text is on the screen first.
    if (!lesson || state.textMs === undefined) {
      return;
    }
    // Drawn again when there is clearly more room or less, not with every pixel.
    const room = pictureRoom(width);
    const key = `${lesson.id} ${layoutStep(room)} ${state.themeVersion}`;
    if (state.diagram?.key === key || drawing === key) {
      return;
    }
    drawing = key;
    try {
      const theme = themeOf(state.themeVersion);
      const diagram = {
        ...{ lesson, key },
        element: await drawDiagram(lesson.diagram, theme, room, follow),
      };
      if (drawing === key) {
        store.update({ diagram, diagramError: undefined });
      }
    } catch (cause) {
      store.update({ diagramError: String(cause) });
    }
  }
}

let drawing: string | undefined;

/** The longest start of a text, up to the end of a word. */
function cutAtWord(text: string, most: number): string {
  if (text.length <= most) {
    return text;
  }
  const end = text.lastIndexOf(' ', most);
  return text.slice(0, end > most / 2 ? end : most);
}
