/** The keys that the manifest binds to commands, as they are named on screen. */

/** A manifest, as far as its keys concern. */
export interface DeclaredKeys {
  readonly contributes: {
    readonly keybindings: readonly { readonly command: string; readonly key: string }[];
  };
}

/** Names the key of a command: "Shift+Alt+Page Down". */
export type KeyOf = (command: string) => string;

/** Keys whose names are two words. */
const names: Readonly<Record<string, string>> = { pageup: 'Page Up', pagedown: 'Page Down' };

/**
 * Reads the keys from the manifest itself, so that what is said is what is bound. VS Code tells no extension which other
 * keys a user has chosen.
 *
 * @returns a function that gives an empty text for a command without a key.
 */
export const declaredKeys =
  ({ contributes }: DeclaredKeys): KeyOf =>
  command =>
    (contributes.keybindings.find(one => one.command === command)?.key ?? '')
      .split(' ')
      .map(chord => chord.split('+').map(nameOf).join('+'))
      .join(' ');

const nameOf = (key: string) => names[key] ?? key.charAt(0).toUpperCase() + key.slice(1);
