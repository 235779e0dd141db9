/** Which verbs of the engine each model offers. */
import type { EngineApi } from './api';
import type { Manifest } from '../manifest';

/** A verb of the engine that a model may offer. */
export type Capability = Extract<
  keyof EngineApi,
  'tokenize' | 'analyze' | 'generate' | 'score' | 'predict' | 'classify' | 'ablate'
>;

/** Whether a model has attention. A plain LSTM passes on only its last state, so nothing attends. */
export const hasAttention = ({ architecture }: Pick<Manifest, 'architecture'>): boolean =>
  architecture !== 'lstm';

/** Whether a dependency parser reads the states of a model. */
export const hasParser = ({ parser }: Pick<Manifest, 'parser'>): boolean => parser !== undefined;

/**
 * The capabilities of a model. An encoder alone generates nothing and gives a text no probability; a translator does not
 * predict how a text continues. What predicts nothing, or has no attention, has nothing to ablate.
 */
export const capabilitiesOf = ({
  family,
  architecture,
  classes,
  tokens,
}: Pick<Manifest, 'family' | 'architecture' | 'classes' | 'tokens'>): readonly Capability[] => [
  ...capabilities[family],
  ...(classes ? (['classify'] as const) : []),
  ...(hasAttention({ architecture }) && (family !== 'encoder-only' || tokens?.mask !== undefined)
    ? (['ablate'] as const)
    : []),
];

const capabilities = {
  'encoder-only': ['tokenize', 'analyze'],
  'encoder-decoder': ['tokenize', 'analyze', 'generate', 'score'],
  'decoder-only': ['tokenize', 'analyze', 'generate', 'score', 'predict'],
} as const satisfies Record<Manifest['family'], readonly Capability[]>;
