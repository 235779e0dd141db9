import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { languageName } from './languageName';

/** Languages by the names that the installed extensions give them. */
export class LanguageNames extends Disposable {
  /** Looked up once: the status bar asks with each key. */
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
