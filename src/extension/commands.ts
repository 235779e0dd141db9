import type { CaretAttention } from './features/caretAttention/caretAttention';
import type { Attention } from './features/attention/attention';
import type { TokenColors } from './features/tokens/tokenColors';
import type { Tokenizers } from './features/tokens/tokenizers';
import type { Surprisal } from './features/surprisal/surprisal';
import type { Completion } from './features/completion/completion';

/** What commands act on. */
export interface CommandParts {
  readonly attention: Attention;
  readonly caretAttention: CaretAttention;
  readonly completion: Completion;
  readonly surprisal: Surprisal;
  readonly showTokens: () => Promise<void>;
  readonly tokenColors: TokenColors;
  readonly tokenizers: Tokenizers;
  /** @param stage asked for where it is none. */
  readonly openStage: (stage: unknown) => Promise<void>;
  readonly compareEras: () => Promise<void>;
  readonly showMaps: () => void;
  readonly openExample: () => Promise<void>;
  readonly showNextTokens: () => Promise<void>;
  readonly chooseDevice: () => Promise<void>;
  readonly showLog: () => void;
}

/** Every command of the extension, by its id in `package.json`. */
export function commandTable({
  attention,
  caretAttention,
  completion,
  surprisal,
  showTokens,
  tokenColors,
  tokenizers,
  openStage,
  compareEras,
  showMaps,
  openExample,
  showNextTokens,
  chooseDevice,
  showLog,
}: CommandParts) {
  return {
    'lmEvolution.showAttention': () => attention.showSelection(),
    'lmEvolution.translateSelection': () => attention.translateSelection(),
    'lmEvolution.showTokens': showTokens,
    'lmEvolution.toggleTokenColors': () => tokenColors.toggle(),
    'lmEvolution.chooseTokenizer': () => tokenizers.choose(),
    'lmEvolution.openStage': openStage,
    'lmEvolution.compareEras': compareEras,
    'lmEvolution.showMaps': showMaps,
    'lmEvolution.openExample': openExample,
    'lmEvolution.showNextTokens': showNextTokens,
    'lmEvolution.showSurprisal': () => surprisal.show(),
    'lmEvolution.hideSurprisal': () => surprisal.hide(),
    'lmEvolution.showAttentionAsText': () => attention.showText(),
    'lmEvolution.exportAttention': (format?: unknown) => attention.export(format),
    'lmEvolution.copyAttention': () => attention.copy(),
    'lmEvolution.toggleCaretAttention': () => caretAttention.toggle(),
    'lmEvolution.caretAttention.end': () => caretAttention.end(),
    'lmEvolution.tokenColors.end': () => tokenColors.end(),
    'lmEvolution.caretAttention.nextLayer': () => caretAttention.stepLayer(1),
    'lmEvolution.caretAttention.previousLayer': () => caretAttention.stepLayer(-1),
    'lmEvolution.caretAttention.nextHead': () => caretAttention.stepHead(1),
    'lmEvolution.caretAttention.previousHead': () => caretAttention.stepHead(-1),
    'lmEvolution.toggleCompletion': () => completion.toggle(),
    'lmEvolution.toggleCompletionForLanguage': () => completion.toggleForLanguage(),
    'lmEvolution.whyThisCompletion': () => completion.why(),
    'lmEvolution.completion.menu': () => completion.showMenu(),
    'lmEvolution.chooseCompletionModel': () => completion.chooseModel(),
    'lmEvolution.showCompletionStatistics': () => completion.showStatistics(),
    'lmEvolution.clearCompletionStatistics': () => completion.clearStatistics(),
    'lmEvolution.chooseDevice': chooseDevice,
    'lmEvolution.showLog': showLog,
  } as const satisfies Record<string, (arg?: unknown) => unknown>;
}
