import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonChunks } from '../../../src/cli/json';

const whole = (value: unknown) => [...jsonChunks(value)].join('');

test('typed arrays are plain arrays', () => {
  expect(whole({ weights: Float32Array.of(0.5, 0, 1), empty: new Float32Array() })).toBe(
    '{"weights":[0.5,0,1],"empty":[]}',
  );
});

test('what is undefined is left out, and in an array keeps its place', () => {
  const value = { a: undefined, b: [1, undefined, { c: undefined }] };
  expect(whole(value)).toBe('{"b":[1,null,{}]}');
  expect(whole(value)).toBe(JSON.stringify(value));
});

test('whatever JSON can hold comes as JSON.stringify would write it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(whole(value)).toBe(JSON.stringify(value));
    }),
  );
});

test('a long array comes in many chunks, none of them long', () => {
  const values = Float32Array.from({ length: 200_000 }, (_, index) => index / 7);
  const chunks = [...jsonChunks({ values })];
  expect(chunks.length).toBeGreaterThan(10);
  expect(Math.max(...chunks.map(chunk => chunk.length))).toBeLessThan(200_000);
  expect(JSON.parse(chunks.join(''))).toEqual({ values: [...values] });
});
