import type { EngineApi } from './engineApi';
import type { Manifest } from './manifest';

/** What can be asked of a model. */
export type Ability = Extract<keyof EngineApi, 'tokenize' | 'analyze' | 'generate' | 'score'>;

/** An LSTM encoder-decoder hands on nothing but its last state: there is nothing that looks. */
export const hasAttention = ({ architecture }: Pick<Manifest, 'architecture'>): boolean =>
  architecture !== 'lstm';

/** An encoder alone writes nothing, and gives a text no probability. */
export const abilitiesOf = ({ family }: Pick<Manifest, 'family'>): readonly Ability[] =>
  family === 'encoder-only'
    ? ['tokenize', 'analyze']
    : ['tokenize', 'analyze', 'generate', 'score'];
