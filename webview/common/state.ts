import { vscode } from './vscodeApi';

/** What an earlier page has left; it comes from outside and must be checked. */
export const readState = (): unknown => vscode.getState();

/** Keeps what must survive a reload of the window: navigation and arrangement, never results. */
export function writeState(state: object): void {
  vscode.setState(state);
}
