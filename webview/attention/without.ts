/** Joins the section "Without" to the page of attention. */
import { nothing, type TemplateResult } from 'lit';
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { hasAttention, capabilitiesOf } from '../../src/common/protocol/engine/capabilities';
import { RunStore } from '../common/runStore';
import type { Store } from '../common/store';
import { nameOf, type Unit } from '../matrix/units';
import type { Actions } from './actions';
import type { AttentionState } from './attentionState';
import type { ViewModel } from './viewModel';
import { type AblationActions, createAblationActions } from './ablation/ablationActions';
import { nothingMeasured } from './ablation/ablationState';
import { Ablator, type Context, placeOf } from './ablation/ablator';
import { noParts, type Parts } from './ablation/parts';
import { ablationSection, type SpokenToken } from './ablation/section';

/** What is shown and switched off; undefined where nothing is shown, or the section is closed. */
function contextOf({ shown, saved, models, settings }: AttentionState): Context | undefined {
  const { ablation } = saved;
  const model = models.find(({ id }) => id === shown?.analysis.modelId);
  return shown && model && ablation
    ? {
        shown,
        model,
        parts: ablation.modelId === model.id ? ablation.parts : noParts,
        beams: settings.beams,
      }
    : undefined;
}

/** The runs of the section, and what a user can do in it. */
export function openAblation(
  store: Store<AttentionState>,
  client: () => EngineClient,
  measurePaint: () => void,
): {
  readonly actions: AblationActions;
  /** Follows a new picture. */
  readonly onShown: () => void;
  /** Ends what runs: a new picture is to come. */
  readonly end: () => void;
} {
  const runs = new RunStore(nothingMeasured, () => store.update({ ablation: runs.state }));
  const context = () => contextOf(store.state);
  const keep = (parts: Parts | undefined) => {
    const { saved, shown } = store.state;
    const ablation = parts && shown && { modelId: shown.analysis.modelId, parts };
    store.update({ saved: { ...saved, ablation } });
    ablator.follow();
  };
  const ablator: Ablator = new Ablator(runs, client, context, keep);
  return {
    actions: createAblationActions(runs, ablator, context, keep),
    onShown: () => {
      measurePaint();
      ablator.follow();
    },
    end: () => ablator.end(),
  };
}

/** The section, where it is open. */
export function withoutSection(
  state: AttentionState,
  viewModel: ViewModel,
  actions: Actions,
): TemplateResult | typeof nothing {
  const context = contextOf(state);
  return context
    ? ablationSection(
        {
          context,
          state: state.ablation,
          spoken: spokenToken(viewModel, context),
          others: state.models.filter(
            model => hasAttention(model) && capabilitiesOf(model).includes('ablate'),
          ),
          chooseModel: actions.chooseModel,
        },
        actions.ablation,
      )
    : nothing;
}

/** Of the link that the picture speaks of, the token that looks, else the one looked at, else the first of the text. */
function spokenToken({ link, view, text }: ViewModel, context: Context): SpokenToken | undefined {
  const units: readonly (Unit | undefined)[] = link
    ? [...link.queries.map(row => view.queries[row]), view.keys[link.key]]
    : [];
  for (const unit of [...units, ...text]) {
    const place = unit && placeOf(context, unit);
    if (unit && place !== undefined) {
      return { place, name: nameOf(unit) };
    }
  }
  return undefined;
}
