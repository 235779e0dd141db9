import type {
  AttentionHostApi,
  AttentionPageApi,
  ModelHeads,
} from '../../src/common/protocol/pages/attention';
import type { MapsHostApi, MapsPageApi } from '../../src/common/protocol/pages/maps';
import type { NextHostApi, NextPageApi } from '../../src/common/protocol/pages/next';
import type { PageStart } from '../../src/common/protocol/pages/page';
import type { StageHostApi, StagePageApi, StageStart } from '../../src/common/protocol/pages/stage';
import type { TokensPageApi } from '../../src/common/protocol/pages/tokens';
import type {
  Alternative,
  Explanation,
  LayerRank,
  OmissionEffect,
  WhyHostApi,
  WhyPageApi,
} from '../../src/common/protocol/pages/why';
import type {
  LabelStudy,
  RewardStudy,
  TranslationEvaluation,
} from '../../src/common/content/evaluation';
import type { MapsStart } from '../../src/common/content/maps';
import { EngineError, type ErrorCode } from '../../src/common/errors';
import { link, type Remote } from '../../src/common/protocol/rpc';

/** All that any page may ask; how it begins is its own. */
interface AnyHostApi extends Omit<
  AttentionHostApi & NextHostApi & StageHostApi & WhyHostApi & MapsHostApi,
  'start'
> {
  start(arg: Record<string, never>): Promise<PageStart | StageStart | MapsStart>;
}

/** What a test may ask of the host before the page starts. */
export interface HostOptions {
  readonly start: PageStart;
  /** For the page of stages. */
  readonly stages?: Pick<StageStart, 'lessons' | 'sources' | 'stage'> | undefined;
  /** By id. */
  readonly quality?: Readonly<Record<string, TranslationEvaluation | undefined>> | undefined;
  readonly labelStudies?: Readonly<Record<string, LabelStudy | undefined>> | undefined;
  /** For the page of maps. */
  readonly maps?: MapsStart | undefined;
  readonly rewardStudy?: RewardStudy | undefined;
  /** By id. */
  readonly modelUris: Record<string, Awaited<ReturnType<AnyHostApi['modelUris']>>>;
  /** What `getState` gives; as JSON, for it comes from outside. */
  readonly savedState?: string | undefined;
  /** What the host has to say of a completion; its attention by token. */
  readonly completion?:
    | {
        readonly explanation: Explanation;
        readonly weights: readonly (readonly number[])[];
        readonly ranks: readonly LayerRank[] | undefined;
        /** By what is left out: "1-2,11-12". */
        readonly omissions: Readonly<Record<string, OmissionEffect>>;
        /** By the written token and the other one's id: "0-28". */
        readonly alternatives: Readonly<Record<string, Alternative>>;
      }
    | undefined;
  /** How long the host takes to answer the first call, in ms. */
  readonly startMs?: number | undefined;
  /** How long the host takes to say what an omission changes, in ms. */
  readonly answerMs?: number | undefined;
  /** The heads that were chosen before the page of attention begins. */
  readonly chosenHeads?: ModelHeads | undefined;
  /** What is selected in the editor. */
  readonly selectedText?: string | undefined;
  /** Methods that fail, with the code of the failure. */
  readonly failing?: Readonly<Partial<Record<keyof AnyHostApi, ErrorCode>>> | undefined;
}

interface FakeHost {
  /** Of either kind: a test knows which page it has opened. */
  readonly page: Remote<AttentionPageApi>;
  readonly stagePage: Remote<StagePageApi>;
  /** Every call of the page, in order. */
  readonly calls: { readonly method: string; readonly arg: unknown }[];
  savedState: unknown;
}

declare global {
  interface Window {
    hostOptions: HostOptions;
    fakeHost: FakeHost;
  }
}

/** Stands in for VS Code: the webview API in the same window, and behind it a host that notes what it is asked. */
function startHost(options: HostOptions): void {
  const listeners = new Set<(message: unknown) => void>();
  const calls: FakeHost['calls'] = [];
  let settings = options.start.settings;
  /** The text with what the page has written. */
  let written: string | undefined;
  const configure = () => window.fakeHost.page.configure({ settings });

  const handle =
    <M extends keyof AnyHostApi>(method: M, answer: AnyHostApi[M]) =>
    (arg: Parameters<AnyHostApi[M]>[0]): ReturnType<AnyHostApi[M]> => {
      calls.push({ method, arg });
      const code = options.failing?.[method];
      if (code) {
        throw new EngineError(code, `${method} fails in this test`);
      }
      // The table below pairs each method with its own answer.
      return (answer as (arg: unknown) => ReturnType<AnyHostApi[M]>)(arg);
    };
  const nothing = () => Promise.resolve();

  const { remote } = link<
    AttentionPageApi & TokensPageApi & StagePageApi & NextPageApi & WhyPageApi & MapsPageApi,
    AnyHostApi
  >(
    {
      // As VS Code does it: a copy, in a later task.
      post: message => window.postMessage(structuredClone(message)),
      onMessage: listener => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    {
      start: handle('start', async () => {
        await new Promise(done => setTimeout(done, options.startMs ?? 0));
        return options.maps ?? { ...options.start, ...options.stages };
      }),
      models: handle('models', () => Promise.resolve(options.start.models)),
      gpuFaults: handle('gpuFaults', () => Promise.resolve([])),
      rememberGpuFault: handle('rememberGpuFault', nothing),
      modelUris: handle('modelUris', ({ modelId }) => {
        const uris = options.modelUris[modelId];
        return uris ? Promise.resolve(uris) : Promise.reject(new Error(`no model "${modelId}"`));
      }),
      atStage: handle('atStage', nothing),
      quality: handle('quality', ({ modelId }) => Promise.resolve(options.quality?.[modelId])),
      labelStudy: handle('labelStudy', ({ modelId }) =>
        Promise.resolve(options.labelStudies?.[modelId]),
      ),
      follow: handle('follow', nothing),
      engineUsed: handle('engineUsed', nothing),
      rewardStudy: handle('rewardStudy', () =>
        options.rewardStudy
          ? Promise.resolve(options.rewardStudy)
          : Promise.reject(new EngineError('internal', 'this test has no study')),
      ),
      openView: handle('openView', nothing),
      highlight: handle('highlight', nothing),
      reveal: handle('reveal', nothing),
      insert: handle('insert', ({ text, held }) => {
        const { subject: before } = options.start;
        const [segment] = before?.segments ?? [];
        written = (written ?? segment?.text ?? '').slice(0, held === 0 ? undefined : -held) + text;
        return Promise.resolve(before && { ...before, segments: [{ text: written }] as const });
      }),
      save: handle('save', () => Promise.resolve(true)),
      copy: handle('copy', nothing),
      openText: handle('openText', nothing),
      setDevice: handle('setDevice', ({ device }) => {
        settings = { ...settings, device };
        return configure();
      }),
      setScale: handle('setScale', ({ scale }) => {
        settings = { ...settings, scale };
        return configure();
      }),
      setBeams: handle('setBeams', ({ beams }) => {
        settings = { ...settings, beams };
        return configure();
      }),
      showSelection: handle('showSelection', nothing),
      openLink: handle('openLink', nothing),
      explain: handle('explain', () =>
        options.completion
          ? Promise.resolve(options.completion.explanation)
          : Promise.reject(new EngineError('input-invalid', 'No completion was shown yet.')),
      ),
      attentionOf: handle('attentionOf', ({ index }) =>
        Promise.resolve(options.completion?.weights[index] ?? []),
      ),
      rankByLayer: handle('rankByLayer', () => Promise.resolve(options.completion?.ranks)),
      leaveOut: handle('leaveOut', async ({ leftOut }) => {
        const key = leftOut.map(({ start, end }) => `${start}-${end}`).join();
        const effect = options.completion?.omissions[key];
        await new Promise(done => setTimeout(done, options.answerMs ?? 0));
        if (!effect) {
          throw new EngineError('internal', `this test does not know what ${key} changes`);
        }
        // JSON has no undefined.
        return { ...effect, probabilities: effect.probabilities.map(each => each ?? undefined) };
      }),
      writeFrom: handle('writeFrom', ({ index, tokenId }) => {
        const alternative = options.completion?.alternatives[`${index}-${tokenId}`];
        return alternative
          ? Promise.resolve(alternative)
          : Promise.reject(new EngineError('internal', 'this test does not know that token'));
      }),
      take: handle('take', () => Promise.resolve(options.start.subject)),
      showLog: handle('showLog', nothing),
      pictureShown: handle('pictureShown', nothing),
      followCaret: handle('followCaret', nothing),
      chooseHeads: handle('chooseHeads', nothing),
      chosenHeads: handle('chosenHeads', () => Promise.resolve(options.chosenHeads)),
      selectedText: handle('selectedText', () => Promise.resolve(options.selectedText)),
      analysed: handle('analysed', nothing),
      held: handle('held', nothing),
      report: handle('report', nothing),
    },
  );
  window.fakeHost = {
    page: remote,
    stagePage: remote,
    calls,
    savedState: options.savedState === undefined ? undefined : JSON.parse(options.savedState),
  };
  const api = {
    postMessage: (message: unknown) => {
      const copy: unknown = structuredClone(message);
      setTimeout(() => listeners.forEach(listener => listener(copy)));
    },
    getState: () => window.fakeHost.savedState,
    setState: (state: unknown) => {
      window.fakeHost.savedState = structuredClone(state);
      return state;
    },
  };
  Object.assign(window, { acquireVsCodeApi: () => api });
}

startHost(window.hostOptions);
