/** What models can do, by their manifests. */

import type { EngineApi } from './engine/api';
import type { Manifest } from './manifest';

/** A verb of the engine that a model may have. */
export type Capability = Extract<
  keyof EngineApi,
  'tokenize' | 'analyze' | 'generate' | 'score' | 'predict' | 'classify'
>;

/** An LSTM hands on nothing but its last state: there is nothing that looks. */
export const hasAttention = ({ architecture }: Pick<Manifest, 'architecture'>): boolean =>
  architecture !== 'lstm';

/** An encoder alone writes nothing, and gives a text no probability; a translator goes on with no text. */
export const capabilitiesOf = ({
  family,
  classes,
}: Pick<Manifest, 'family' | 'classes'>): readonly Capability[] => [
  ...capabilities[family],
  ...(classes ? (['classify'] as const) : []),
];

const capabilities = {
  'encoder-only': ['tokenize', 'analyze'],
  'encoder-decoder': ['tokenize', 'analyze', 'generate', 'score'],
  'decoder-only': ['tokenize', 'analyze', 'generate', 'score', 'predict'],
} as const satisfies Record<Manifest['family'], readonly Capability[]>;
