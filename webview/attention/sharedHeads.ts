/** Keeps the choice of heads the same on the page and in the document. */
import type { ChosenHeads } from '../../src/common/attention/chosenHeads';
import type { AttentionHostApi, ModelHeads } from '../../src/common/protocol/pages/attention';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { TextPage } from '../common/textPage';
import type { AttentionState } from './attentionState';

interface SharedHeads {
  /** Tells the host what the user has chosen; to be called after every change of the state. */
  readonly tell: () => void;
  /** Takes over what the user has chosen elsewhere. */
  readonly take: (chosen: ModelHeads) => void;
}

/**
 * The host owns the choice, by model. The page asks for it when it begins with a model, and gives its own where the host
 * has none, as after a reload of the window. From then on it tells each choice that it did not hear from the host.
 */
export function shareHeads({
  store,
  host,
  ask,
}: Pick<TextPage<AttentionState, AttentionHostApi>, 'store' | 'host' | 'ask'>): SharedHeads {
  let modelId: string | undefined;
  /** What both sides know of; nothing before the host has answered. */
  let agreed: { readonly heads: ChosenHeads } | undefined;

  const take = (chosen: ModelHeads) => {
    if (chosen.modelId === modelId) {
      const { heads } = chosen;
      agreed = { heads };
      store.update({ preview: undefined, saved: { ...store.state.saved, heads } });
    }
  };
  const begin = async (id: string) => {
    const { heads: own } = store.state.saved;
    const known = await host.chosenHeads({ modelId: id });
    if (id !== modelId) {
      return; // Another model is shown by now.
    }
    if (known && store.state.saved.heads === own) {
      take(known);
    } else {
      agreed = { heads: undefined };
      tell();
    }
  };
  const tell = () => {
    const { saved, models, isStarted } = store.state;
    const model = models.find(({ id }) => id === saved.subject?.modelId);
    if (!isStarted || !model || hasKinds(model)) {
      modelId = isStarted ? undefined : modelId;
    } else if (model.id !== modelId) {
      modelId = model.id;
      agreed = undefined;
      ask(begin(model.id));
    } else if (agreed && agreed.heads !== saved.heads) {
      agreed = { heads: saved.heads };
      ask(host.chooseHeads({ modelId, heads: saved.heads }));
    }
  };
  return { tell, take };
}

/** A translator has three kinds of attention: there a layer and a number alone name no head, and the choice is the page's own. */
const hasKinds = ({ family }: Manifest) => family === 'encoder-decoder';
