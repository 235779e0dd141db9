/** The toggles above the picture. */
import { html, nothing, type TemplateResult } from 'lit';
import { percent } from '../../src/common/text/percent';
import { segmented } from '../elements/segmented';
import type { Attention } from '../../src/common/protocol/engine/types';
import type { Actions } from './actions';
import type { Block } from '../matrix/matrixView';
import type { SavedState } from './attentionState';
import type { ViewModel } from './viewModel';

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

const sinkWords = {
  separator: {
    title: 'Hide the separator sink',
    explanation:
      'Leaves out the columns of [SEP] or </s>, where heads look that find nothing to look for.',
  },
  first: {
    title: 'Hide the first token',
    explanation:
      'Leaves out the column of the first token, whatever it is: heads look there that find nothing to look for (Xiao et al. 2023, section 3.1).',
  },
} as const;

/** Matrix or lines. */
export const viewToggle = (saved: SavedState, actions: Actions): TemplateResult =>
  segmented('View', views, saved.view, view => actions.arrange({ view }));

/** What is merged and what is left out, and how much weight that was. */
export function toggles(saved: SavedState, viewModel: ViewModel, actions: Actions): TemplateResult {
  const { hiddenShare } = viewModel.view;
  const isHiding = hiddenShare > 0;
  // The separator is a special token, and hidden with them.
  const isThere = viewModel.sink && !(viewModel.sink === 'separator' && saved.hideSpecial);
  const sink = isThere && sinkWords[viewModel.sink];
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
    ${check('Whole words', 'A word receives the sum of what its tokens receive, and gives the mean of what they give (Clark et al. 2019, section 4).', saved.words, words => actions.arrange({ words }))}
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
    ${sink ? check(sink.title, sink.explanation, saved.hideSink, hideSink => actions.arrange({ hideSink })) : nothing}
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
