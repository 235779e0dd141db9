import fc from 'fast-check';
import { expect, test } from 'vitest';
import { restoredSubject } from '../../../../src/extension/subject/subject';

const segment = (version: number) => ({
  text: 'words',
  origin: { uri: 'file:///a.md', version, pieces: [{ start: 0, length: 5, documentOffset: 3 }] },
});
const subject = {
  modelId: 'bert',
  segments: [segment(7), segment(7)],
  label: 'a.md:1',
  cutLength: 0,
};

test('a saved subject comes back, and its version is forgotten', () => {
  expect(restoredSubject({ subject, view: 'matrix' })).toEqual({
    ...subject,
    segments: [segment(-1), segment(-1)],
  });
});

test('a subject comes back as often as the window is loaded again', () => {
  const once = restoredSubject({ subject });
  expect(once).toBeDefined();
  expect(restoredSubject({ subject: once })).toEqual(once);
});

test('text that is in no document comes back as it was', () => {
  const typed = { ...subject, segments: [{ text: 'typed' }] };
  expect(restoredSubject({ subject: typed })).toEqual(typed);
});

test.each([
  ['nothing', undefined],
  ['no subject', {}],
  ['a subject without text', { subject: { ...subject, segments: [] } }],
  ['three segments', { subject: { ...subject, segments: [segment(1), segment(1), segment(1)] } }],
  ['a negative offset', { subject: { ...subject, cutLength: -1 } }],
])('%s is no subject', (_, saved) => {
  expect(restoredSubject(saved)).toBeUndefined();
});

test('whatever was saved does no harm', () => {
  fc.assert(fc.property(fc.anything(), saved => restoredSubject(saved) === undefined));
});
