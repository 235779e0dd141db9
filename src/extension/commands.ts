/** Every command of the extension, by its id in `package.json`. */
import type { Attention } from './features/attention/attention';
import type { CaretAttention } from './features/caretAttention/caretAttention';
import type { Completion } from './features/completion/completion';
import type { StageGuide } from './features/evolution/stageGuide';
import type { Surprisal } from './features/surprisal/surprisal';
import type { TokenColors } from './features/tokens/tokenColors';
import type { Tokenizers } from './features/tokens/tokenizers';
import type { Panels } from './panels/panels';

/** What commands act on. */
export interface CommandParts {
  readonly attention: Attention;
  readonly caretAttention: CaretAttention;
  readonly completion: Completion;
  readonly surprisal: Surprisal;
  readonly showTokens: () => Promise<void>;
  readonly tokenColors: TokenColors;
  readonly tokenizers: Tokenizers;
  readonly stageGuide: StageGuide;
  readonly maps: Panels<'maps'>;
  readonly showNextTokens: () => Promise<void>;
  readonly openExample: () => Promise<void>;
  readonly chooseDevice: () => Promise<void>;
  readonly showLog: () => void;
}

/** What each command does; one that fails throws. */
export const commandTable = (parts: CommandParts) =>
  ({
    'lmEvolution.showAttention': () => parts.attention.showSelection(),
    'lmEvolution.translateSelection': () => parts.attention.translateSelection(),
    'lmEvolution.showAttentionAsText': () => parts.attention.showText(),
    'lmEvolution.exportAttention': format => parts.attention.export(format),
    'lmEvolution.copyAttention': () => parts.attention.copy(),
    'lmEvolution.pinAttention': () => parts.attention.pin(true),
    'lmEvolution.followCaret': () => parts.attention.pin(false),

    'lmEvolution.toggleCaretAttention': () => parts.caretAttention.toggle(),
    'lmEvolution.caretAttention.end': () => parts.caretAttention.end(),
    'lmEvolution.caretAttention.nextLayer': () => parts.caretAttention.stepLayer(1),
    'lmEvolution.caretAttention.previousLayer': () => parts.caretAttention.stepLayer(-1),
    'lmEvolution.caretAttention.nextHead': () => parts.caretAttention.stepHead(1),
    'lmEvolution.caretAttention.previousHead': () => parts.caretAttention.stepHead(-1),

    'lmEvolution.showTokens': () => parts.showTokens(),
    'lmEvolution.toggleTokenColors': () => parts.tokenColors.toggle(),
    'lmEvolution.tokenColors.end': () => parts.tokenColors.end(),
    'lmEvolution.chooseTokenizer': () => parts.tokenizers.choose(),

    'lmEvolution.showNextTokens': () => parts.showNextTokens(),
    'lmEvolution.showSurprisal': () => parts.surprisal.show(),
    'lmEvolution.hideSurprisal': () => parts.surprisal.hide(),
    'lmEvolution.nextSurprise': () => parts.surprisal.goToSurprise(1),
    'lmEvolution.previousSurprise': () => parts.surprisal.goToSurprise(-1),
    'lmEvolution.toggleSurprisalByLine': () => parts.surprisal.toggleLineBits(),
    'lmEvolution.foldPredictable': () => parts.surprisal.toggleFolds(),

    'lmEvolution.toggleCompletion': () => parts.completion.toggle(),
    'lmEvolution.toggleCompletionForLanguage': () => parts.completion.toggleForLanguage(),
    'lmEvolution.whyThisCompletion': () => parts.completion.why(),
    'lmEvolution.completion.menu': () => parts.completion.showMenu(),
    'lmEvolution.chooseCompletionModel': () => parts.completion.chooseModel(),
    'lmEvolution.showCompletionStatistics': () => parts.completion.showStatistics(),
    'lmEvolution.clearCompletionStatistics': () => parts.completion.clearStatistics(),

    'lmEvolution.openStage': stage => parts.stageGuide.open(stage),
    'lmEvolution.compareEras': () => parts.stageGuide.compareEras(),
    'lmEvolution.showMaps': () => parts.maps.open(),

    'lmEvolution.openExample': () => parts.openExample(),
    'lmEvolution.chooseDevice': () => parts.chooseDevice(),
    'lmEvolution.showLog': () => parts.showLog(),
  }) as const satisfies Record<string, (arg?: unknown) => unknown>;
