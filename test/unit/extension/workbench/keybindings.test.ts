import { expect, test } from 'vitest';
import { declaredKeys } from '../../../../src/extension/workbench/keybindings';
import packageJson from '../../../../package.json' with { type: 'json' };

const keyOf = declaredKeys(packageJson);

test.each(['nextHead', 'previousHead', 'nextLayer', 'previousLayer'])(
  'the key of %s is named as the manifest binds it, on every platform',
  name => {
    const command = `lmEvolution.caretAttention.${name}`;
    const bindings = packageJson.contributes.keybindings.filter(one => one.command === command);
    expect(bindings).toHaveLength(1);
    const [binding] = bindings;
    expect(keyOf(command).replaceAll(' ', '').toLowerCase()).toBe(binding?.key);
    // A key of its own for one platform would have to be named there.
    expect(binding).not.toHaveProperty('mac');
  },
);

test('names are those on the keys', () => {
  expect(keyOf('lmEvolution.caretAttention.nextLayer')).toBe('Shift+Alt+Page Down');
  expect(keyOf('lmEvolution.toggleCaretAttention')).toBe('Ctrl+K Shift+A');
  expect(keyOf('lmEvolution.none')).toBe('');
});
