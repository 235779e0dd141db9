/** The kinds of pages as data, and the settings that they follow. */
import { l10n } from 'vscode';
import type { PageName } from '../../common/protocol/pages/pages';
import { maxBeams, type PageSettings } from '../../common/protocol/pages/page';
import { deviceSetting } from '../engine/chooseDevice';
import { choiceSetting, countSetting } from '../settings/setting';
import type { Settings } from '../settings/settings';

const { t } = l10n;

/** All in which the panel of one kind of page differs from that of another. */
export interface PageKind<N extends PageName = PageName> {
  /** Of its script and its stylesheet in `dist/webview/`. */
  readonly name: N;
  /** Under which VS Code knows its panels; one of an earlier window is restored by it. */
  readonly viewType: string;
  /** True while its panel is open: commands that need one depend on it. */
  readonly openContext: string;
  /** Runs the model of its subject at once: its files are read ahead of the page's script. */
  readonly runsAtOnce?: boolean;
  /** True while it has a picture, where commands need one. */
  readonly shownContext?: string;
  /** Whether its state holds what the person has made, which a new panel would not have. */
  readonly keepsWork?: true;
  readonly title: () => string;
  /** With what it shows: "notes.md:12". */
  readonly titleOf: (label: string) => string;
  readonly staleTitleOf: (label: string) => string;
}

/** Each kind of page, by its name. */
export const pageKinds: { readonly [N in PageName]: PageKind<N> } = {
  attention: {
    name: 'attention',
    viewType: 'lmEvolution.attention',
    openContext: 'lmEvolution.panelOpen',
    runsAtOnce: true,
    shownContext: 'lmEvolution.attentionShown',
    title: () => t('Attention'),
    titleOf: label => t('Attention: {0}', label),
    staleTitleOf: label => t('Attention: {0} (text has changed)', label),
  },
  tokens: {
    name: 'tokens',
    viewType: 'lmEvolution.tokens',
    openContext: 'lmEvolution.tokensOpen',
    title: () => t('Tokens'),
    titleOf: label => t('Tokens: {0}', label),
    staleTitleOf: label => t('Tokens: {0} (text has changed)', label),
  },
  stage: {
    name: 'stage',
    viewType: 'lmEvolution.stage',
    openContext: 'lmEvolution.stageOpen',
    keepsWork: true,
    title: () => t('Evolution'),
    // Its sentence goes with it through all stages, and need not be that of the document.
    titleOf: () => t('Evolution'),
    staleTitleOf: () => t('Evolution'),
  },
  next: {
    name: 'next',
    viewType: 'lmEvolution.next',
    openContext: 'lmEvolution.nextOpen',
    runsAtOnce: true,
    keepsWork: true,
    title: () => t('Next Tokens'),
    titleOf: label => t('Next Tokens: {0}', label),
    staleTitleOf: label => t('Next Tokens: {0} (text has changed)', label),
  },
  why: {
    name: 'why',
    viewType: 'lmEvolution.why',
    openContext: 'lmEvolution.whyOpen',
    title: () => t('Why This Completion?'),
    titleOf: label => t('Why: {0}', label),
    staleTitleOf: label => t('Why: {0} (text has changed)', label),
  },
  maps: {
    name: 'maps',
    viewType: 'lmEvolution.maps',
    openContext: 'lmEvolution.mapsOpen',
    title: () => t('Maps'),
    // It shows no text of the person's.
    titleOf: () => t('Maps'),
    staleTitleOf: () => t('Maps'),
  },
};

/** How weights become strengths of colour. */
export const scaleSetting = choiceSetting<PageSettings['scale']>('attention.scale', [
  'sqrt',
  'linear',
]);

/** How many hypotheses a translator keeps; as in `package.json`. */
export const beamsSetting = countSetting('translation.beams', 5, [1, maxBeams]);

export const pageSettings = (settings: Settings): PageSettings => ({
  device: settings.get(deviceSetting),
  scale: settings.get(scaleSetting),
  beams: settings.get(beamsSetting),
});
