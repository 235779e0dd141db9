import { expect, test } from 'vitest';
import {
  allowed,
  type ControlName,
  controls,
  isOwn,
  ownDistribution,
  placeOf,
  settingsOf,
  sliderSteps,
  valueAt,
} from '../../../../webview/next/distribution';

const limitsOf = (name: ControlName) => controls.find(each => each.name === name)!;

test.each([
  ['temperature', 0],
  ['temperature', NaN],
  ['temperature', Infinity],
  ['temperature', 5.01],
  ['topK', -1],
  ['topK', 1.5],
  ['topK', 2 ** 23],
  ['topP', 0],
  ['topP', 1.01],
  ['minP', -0.1],
] as const)('%s of %s is not taken', (name, value) => {
  expect(allowed(limitsOf(name), value)).toBeUndefined();
});

test('what is off is told to nobody', () => {
  expect(settingsOf(ownDistribution)).toEqual({ temperature: 1 });
  expect(settingsOf({ temperature: 0.5, topK: 40, topP: 0.9, minP: 0.1 })).toEqual({
    temperature: 0.5,
    topK: 40,
    topP: 0.9,
    minP: 0.1,
  });
  expect(isOwn(ownDistribution)).toBe(true);
  expect(isOwn({ ...ownDistribution, minP: 0.1 })).toBe(false);
});

test.each(controls.map(({ name }) => name))(
  'every place of the slider of %s has a value that is allowed and lies there',
  name => {
    const vocabSize = 49_152;
    for (let place = 0; place <= sliderSteps; place++) {
      const value = valueAt(name, place, vocabSize);
      expect(allowed(limitsOf(name), value)).toBe(value);
      // Few tokens share a place at the left end of a logarithmic scale, and 0 is no temperature.
      const isCoarse = name === 'topK' && value < 20;
      if (place > 5 && !isCoarse) {
        expect(Math.abs(placeOf(name, value, vocabSize) - place)).toBeLessThanOrEqual(1);
      }
    }
  },
);

test('the whole vocabulary is the right end of top-k, and more than it too', () => {
  for (const value of [0, 320, 1000]) {
    expect(placeOf('topK', value, 320)).toBe(sliderSteps);
  }
  expect(placeOf('topK', 1, 320)).toBe(0);
  expect(valueAt('topK', sliderSteps, 320)).toBe(0);
});
