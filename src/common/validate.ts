/** Holds values from outside against their schemas; an error names the first place where they differ. */

import * as v from 'valibot';
import { EngineError } from './errors';
import { invalid, type Origin } from './json';

/** @returns the value as the schema reads it. @throws EngineError with the code of the origin. */
export function validate<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  origin: Origin,
): v.InferOutput<S> {
  const { success, output, issues } = v.safeParse(schema, value);
  if (!success) {
    const [issue] = issues;
    const path = v.getDotPath(issue);
    throw invalid(origin, `is wrong${path === null ? '' : ` at ${path}`}: ${issue.message}`);
  }
  return output;
}

/** @param schema whose messages follow the name of a field: "must be above 0". @throws EngineError `input-invalid` */
export function checkArguments(schema: v.GenericSchema, request: object): void {
  const { issues } = v.safeParse(schema, request, { abortEarly: true });
  if (issues) {
    const [issue] = issues;
    const field = v.getDotPath(issue)?.replace('strategy.', '') ?? 'the request';
    throw new EngineError('input-invalid', `${field} ${issue.message}.`);
  }
}
