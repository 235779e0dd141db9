/** The display names of languages. */
import * as vscode from 'vscode';
import * as v from 'valibot';
import { Disposable } from '../../workbench/dispose';

/** Names languages as the installed extensions do. */
export class LanguageNames extends Disposable {
  /** Kept, because the status bar needs a name with each key. */
  readonly #known = new Map<string, string>();

  constructor() {
    super();
    this.register(vscode.extensions.onDidChange(() => this.#known.clear()));
  }

  of(languageId: string): string {
    const known = this.#known.get(languageId);
    if (known !== undefined) {
      return known;
    }
    const manifests = vscode.extensions.all.map((one): unknown => one.packageJSON);
    const name = languageName(manifests, languageId);
    this.#known.set(languageId, name);
    return name;
  }
}

/** The part of an extension's manifest that names languages. A malformed entry names none. */
const manifest = v.object({
  contributes: v.object({
    languages: v.array(
      v.fallback(v.object({ id: v.string(), aliases: v.array(v.string()) }), {
        id: '',
        aliases: [],
      }),
    ),
  }),
});

/** Languages that no extension contributes. */
const builtIn: ReadonlyMap<string, string> = new Map([['plaintext', 'Plain Text']]);

/** The name as VS Code shows it: the first alias that an extension gives the language, or its id if there is none. */
export function languageName(manifests: readonly unknown[], languageId: string): string {
  for (const one of manifests) {
    const { success, output } = v.safeParse(manifest, one);
    const found =
      success &&
      output.contributes.languages.find(({ id, aliases }) => id === languageId && aliases[0]);
    if (found) {
      return found.aliases[0] ?? languageId;
    }
  }
  return builtIn.get(languageId) ?? languageId;
}
