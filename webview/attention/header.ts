/** What is above and beside the picture to choose by: the row at the top with model and menu, and the toggles. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ExportFormat } from '../../src/common/protocol/pages/attention';
import type { PageSettings } from '../../src/common/protocol/pages/page';
import { hasAttention } from '../../src/common/protocol/engine/capabilities';
import { type Attention, deviceNames, type Token } from '../../src/common/protocol/engine/types';
import { helpDialog, type HelpKey, openHelp, type Paper } from '../elements/helpDialog';
import { deviceChoices, menu, menuChoice, menuItem } from '../elements/menu';
import { modelPicker, segmented } from '../elements/choices';
import { titleOf } from '../common/models';
import { working } from '../common/progress';
import type { Actions } from './actions';
import { pin } from './pin';
import type { AttentionState, SavedState } from './attentionState';
import type { Block } from '../matrix/matrixView';
import type { ViewModel } from './viewModel';
import { percent } from '../../src/common/text/percent';
import { count, duration, thousands } from '../common/numbers';

/** One row: the model, what is looked at, how it ran, and everything else behind one button. */
export function header(state: AttentionState, actions: Actions): TemplateResult {
  const { saved, shown } = state;
  const models = state.models.filter(hasAttention);
  const subject = saved.subject;
  const model = models.find(({ id }) => id === subject?.modelId) ?? models[0];
  return html`<header class="header">
    <h1 class="model">
      ${
        models.length > 1 && subject
          ? modelPicker(models, subject.modelId, actions.chooseModel)
          : model
            ? titleOf(model)
            : 'Attention'
      }
    </h1>
    ${
      subject
        ? html`<span class="label quiet" title=${subject.label}><bdi>${subject.label}</bdi></span>`
        : nothing
    }
    ${pin(state, actions)}
    ${shown && shown.subject === subject ? tokenCount(shown.analysis.source) : nothing}
    <span class="spacer"></span>
    ${workOrDevice(state, actions)} ${attentionMenu(state, actions)}
  </header>`;
}

/** "13 tokens"; on hover which of them stand for no word: the editor's status bar does not count these. */
function tokenCount(source: readonly Token[]): TemplateResult {
  const added = source.filter(({ isSpecial }) => isSpecial).map(({ text }) => text);
  const names = [...new Set(added)].join(' and ');
  const title = names && `${thousands(source.length - added.length)} of the text, and ${names}`;
  return html`<span class="quiet nowrap" title=${title || nothing}
    >${count(source.length, 'token')}${names ? html`<span class="with"> with ${names}</span>` : nothing}</span
  >`;
}

/** While something runs, what it is; else where it ran and how long it took. */
function workOrDevice(
  { work, shown, device, error }: AttentionState,
  actions: Actions,
): TemplateResult {
  if (work?.isSlow) {
    return working(work, actions.cancel);
  }
  const used = shown?.device ?? device;
  return used && !error
    ? html`<span class="device quiet nowrap" title=${used.reason}
        >${deviceNames[used.device]}${shown ? ` · ${duration(shown.analysis.runMs)}` : ''}</span
      >`
    : html``;
}

const formats: readonly { readonly format: ExportFormat; readonly title: string }[] = [
  { format: 'svg', title: 'SVG Picture' },
  { format: 'png', title: 'PNG Picture' },
  { format: 'csv', title: 'CSV Table' },
  { format: 'json', title: 'JSON Numbers' },
  { format: 'html', title: 'HTML Page' },
  { format: 'interactive', title: 'Interactive Page, All Heads' },
  { format: 'heads', title: 'JSON, All Heads' },
  { format: 'npz', title: 'NPZ, All Heads' },
];
const scales: readonly { readonly scale: PageSettings['scale']; readonly title: string }[] = [
  { scale: 'sqrt', title: 'Square Root' },
  { scale: 'linear', title: 'Linear' },
];

/** The button at the end of the header and what opens from it: exports, scale, device, help. */
function attentionMenu(state: AttentionState, actions: Actions): TemplateResult {
  const { saved, settings, shown, device, error } = state;
  const isEmpty = !shown || error !== undefined;
  const used = shown?.device ?? device;
  return html`${menu(
    'Export, scale, device and help',
    html`${menuItem('Copy as Markdown', actions.copyMarkdown, isEmpty, true)}
      ${menuItem('Open as Text', actions.openText, isEmpty)}
      <div role="group" aria-label="Export">
        <div class="menu-title" aria-hidden="true">Export</div>
        ${formats.map(({ format, title }) => menuItem(title, () => actions.exportAs(format), isEmpty))}
      </div>
      <div role="group" aria-label="Background of exports">
        <div class="menu-title" aria-hidden="true">Background of Exports</div>
        ${menuChoice('Of the Theme', !saved.isForPaper, () => actions.arrange({ isForPaper: false }))}
        ${menuChoice('White, for Paper', saved.isForPaper, () => actions.arrange({ isForPaper: true }))}
      </div>
      <div role="group" aria-label="Colour scale">
        <div class="menu-title" aria-hidden="true">Colour Scale</div>
        ${scales.map(({ scale, title }) =>
          menuChoice(title, settings.scale === scale, () => actions.setScale(scale)),
        )}
      </div>
      ${deviceChoices(settings.device, used, actions.setDevice)}
      <div role="separator"></div>
      ${menuItem('What Am I Looking At?', openHelp, false)}`,
  )}
  ${help(actions)}`;
}

const papers: readonly Paper[] = [
  {
    title: 'Jain & Wallace 2019, “Attention is not Explanation”',
    url: 'https://arxiv.org/abs/1902.10186',
  },
  {
    title: 'Wiegreffe & Pinter 2019, “Attention is not not Explanation”',
    url: 'https://arxiv.org/abs/1908.04626',
  },
  {
    title: 'Clark et al. 2019, “What Does BERT Look At?”',
    url: 'https://arxiv.org/abs/1906.04341',
  },
];

const keys: readonly HelpKey[] = [
  ['Arrow keys', 'move over heads, tokens and cells'],
  ['Space', 'keep a head or a token; again to let it go'],
  ['Shift+Space', 'add it to those kept, and see their average'],
  ['Enter, or a double click', 'look inside a cell: how its weight was made'],
  ['Shift+Enter', 'show the token in the editor; with Alt the one that looks'],
  ['Escape', 'let everything go'],
];

/** What the picture says and what it does not say; opened from the menu. */
const help = (actions: Actions): TemplateResult =>
  helpDialog(
    html`<p>
        For every token the model decides how much to take from every other token. These shares are
        its attention: a row of the picture is one token that looks, a column one that is looked at,
        and each row sums to 100 %. Every layer does this with several heads at once, each in its
        own way.
      </p>
      <p>
        All numbers are of this run, on your text. A word made of several tokens receives the sum of
        their shares and gives the mean. Nothing is rescaled unless you ask for it.
      </p>
      <h3>Attention is not explanation</h3>
      <p>
        A large weight says where a head took its values from, not why the model decided as it did:
        other weights can lead to the same result, and heads often rest on a separator when they
        have nothing to do.
      </p>`,
    papers,
    keys,
    actions.openLink,
  );

const views = [
  { value: 'matrix', title: 'Matrix' },
  { value: 'lines', title: 'Lines' },
] as const;

const blockTitles: readonly { readonly value: Block; readonly title: string }[] = [
  { value: 'all', title: 'All' },
  { value: 'aa', title: 'A→A' },
  { value: 'ab', title: 'A→B' },
  { value: 'ba', title: 'B→A' },
  { value: 'bb', title: 'B→B' },
];

const kindTitles: readonly { readonly value: Attention['kind']; readonly title: string }[] = [
  { value: 'cross', title: 'Cross' },
  { value: 'encoder', title: 'Encoder' },
  { value: 'decoder', title: 'Decoder' },
];

const sinkExplanation =
  'Leaves out the column where heads look that find nothing to look for (Clark et al. 2019, section 3.2; Xiao et al. 2023, section 3.1). The share is that of all heads together.';

/** Matrix or lines. */
export const viewToggle = (saved: SavedState, actions: Actions): TemplateResult =>
  segmented('View', views, saved.view, view => actions.arrange({ view }));

/** What is merged and what is left out, and how much weight that was. */
export function toggles(saved: SavedState, viewModel: ViewModel, actions: Actions): TemplateResult {
  const { hiddenShare } = viewModel.view;
  const isHiding = hiddenShare > 0;
  const isTranslation = viewModel.shown.analysis.targetText !== undefined;
  // A sink that is a special token is hidden with them.
  const { sink } = viewModel;
  const isApart = sink && !(sink.isSpecial && saved.hideSpecial);
  return html`<section class="toggles" aria-label="What is shown">
    ${
      viewModel.kinds.length > 1
        ? segmented(
            'Who looks at whom',
            kindTitles.filter(({ value }) => viewModel.kinds.includes(value)),
            viewModel.attention.kind,
            actions.chooseKind,
          )
        : nothing
    }
    ${
      viewModel.isPair
        ? segmented('Which sentence looks at which', blockTitles, saved.block, block =>
            actions.arrange({ block }),
          )
        : nothing
    }
    ${check('Whole words', 'A word receives the sum of what its tokens receive, and gives the mean of what they give (Clark et al. 2019, section 4).', viewModel.words, words => actions.arrange(isTranslation ? { pieces: !words } : { words }))}
    ${
      viewModel.hasSpecial
        ? check(
            'Hide special tokens',
            'Leaves out the rows and columns of tokens that stand for no character, like [CLS] and [SEP].',
            saved.hideSpecial,
            hideSpecial => actions.arrange({ hideSpecial }),
          )
        : nothing
    }
    ${
      isApart
        ? check(
            `Hide the sink (${sink.isSpecial ? sink.label : 'first token'}, ${percent(sink.share)})`,
            sinkExplanation,
            saved.hideSink,
            hideSink => actions.arrange({ hideSink }),
          )
        : nothing
    }
    ${
      isHiding
        ? html`<p class="hidden-share quiet">
              ${percent(hiddenShare)} of the weight goes to what is hidden.
              ${saved.rescale ? 'Rows are rescaled to 100 %.' : `Shown rows sum to ${percent(1 - hiddenShare)} on average.`}
            </p>
            ${check('Rescale rows to 100 %', 'Divides each row by the weight that is shown of it.', saved.rescale, rescale => actions.arrange({ rescale }))}`
        : nothing
    }
  </section>`;
}

function check(
  title: string,
  explanation: string,
  isChecked: boolean,
  onChange: (isChecked: boolean) => void,
): TemplateResult {
  return html`<vscode-checkbox
    title=${explanation}
    .checked=${isChecked}
    @change=${(event: Event) => {
      // The element is the toolkit's: of it only `checked` is used.
      const { checked } = event.currentTarget as unknown as { readonly checked: boolean };
      // It also tells of what was set from here.
      if (checked !== isChecked) {
        onChange(checked);
      }
    }}
    >${title}</vscode-checkbox
  >`;
}
