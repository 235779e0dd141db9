/** Names of white space: a run of dots and arrows has to be counted, a name is read. */

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^(?:\r\n|\r|\n)/u, 'line break'],
  [/^ /u, 'space'],
  [/^\t/u, 'tab'],
  [/^\u00a0/u, 'no-break space'],
  [/^\s/u, 'other space'],
];

/**
 * "line break and 11 spaces".
 *
 * @returns undefined for a text that is empty or has anything but white space.
 */
export function whiteSpaceName(text: string): string | undefined {
  if (!/^\s+$/u.test(text)) {
    return undefined;
  }
  const runs: { kind: string; amount: number }[] = [];
  let rest = text;
  while (rest !== '') {
    const found = kinds.find(([pattern]) => pattern.test(rest));
    const [pattern, kind] = found ?? [/^./su, 'other space'];
    rest = rest.replace(pattern, '');
    const last = runs.at(-1);
    if (last?.kind === kind) {
      last.amount++;
    } else {
      runs.push({ kind, amount: 1 });
    }
  }
  const names = runs.map(({ kind, amount }) => (amount === 1 ? kind : `${amount} ${kind}s`));
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}
