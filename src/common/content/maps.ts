/** The schema of the maps in `media/maps/`. */

import * as v from 'valibot';
import { validate } from '../validate';
import { chartSize, edge, id, label, partIds, shipped, sourceId, stageIds, text } from './lesson';
import type { PartId, Sources, StageId } from './lesson';

/** Where a place on a map leads: into the story, or to a paper. */
export type MapTarget = `stage:${StageId}` | `part:${PartId}` | `source:${string}`;

const targets = [
  ...stageIds.map(stage => `stage:${stage}` as const),
  ...partIds.map(part => `part:${part}` as const),
] satisfies MapTarget[];

const isTarget = (value: unknown): boolean =>
  targets.some(one => one === value) ||
  (typeof value === 'string' && v.is(sourceId, /^source:(.*)$/.exec(value)?.[1]));
const target = v.custom<MapTarget>(isTarget, 'leads nowhere');

/** What every map has. In `words` and cells, `[@id]` or `[@id, table 1]` cites a source. */
const map = { id, title: text, words: text };
const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8));

const chart = v.strictObject({
  /** Describes the picture for a user who cannot see it. */
  words: text,
  size: chartSize,
  nodes: v.pipe(
    v.array(
      v.strictObject({
        ...{ id, label },
        /** Absent where it is before or beside the story. */
        opens: v.optional(target),
      }),
    ),
    v.minLength(3),
  ),
  edges: v.pipe(v.array(edge), v.minLength(2)),
});

const maps = v.pipe(
  v.array(
    v.variant('kind', [
      v.strictObject({ ...map, kind: v.literal('chart'), chart }),
      v.strictObject({
        ...map,
        kind: v.literal('timeline'),
        /** In the order of time. */
        events: v.pipe(
          v.array(v.strictObject({ when: text, name: text, words: text, opens: target })),
          v.minLength(3),
        ),
      }),
      v.strictObject({
        ...map,
        kind: v.literal('table'),
        /** Titles of the names of the rows, then of the cells. */
        columns: v.pipe(v.array(text), v.minLength(2)),
        rows: v.pipe(
          v.array(v.strictObject({ name: text, opens: target, cells: v.array(text) })),
          v.minLength(2),
        ),
      }),
      v.strictObject({
        ...map,
        kind: v.literal('shapes'),
        shapes: v.pipe(
          v.array(
            v.strictObject({
              name: text,
              words: text,
              opens: target,
              /** Steps of the network, and the first and last of those that read and that write; counted from 0. */
              steps: whole,
              reads: v.strictTuple([whole, whole]),
              writes: v.strictTuple([whole, whole]),
            }),
          ),
          v.minLength(2),
        ),
      }),
    ]),
  ),
  v.nonEmpty(),
);

export type Maps = v.InferOutput<typeof maps>;
export type EvolutionMap = Maps[number];
export type Shape = Extract<EvolutionMap, { readonly kind: 'shapes' }>['shapes'][number];

/** The data of the page of maps. */
export interface MapsStart {
  readonly maps: Maps;
  readonly sources: Sources;
}

/** @throws EngineError `internal`, which names the place that is not as it must be. */
export const parseMaps = (json: unknown): Maps => validate(maps, json, shipped('A map'));
