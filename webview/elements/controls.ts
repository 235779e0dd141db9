/** VS Code's controls as elements; the only file that knows the toolkit. */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
} from '@vscode/webview-ui-toolkit';

/**
 * Registers `<vscode-button>` and `<vscode-checkbox>`.
 *
 * The only file that knows the toolkit: to replace it, register other elements of these names, with
 * `appearance`, `disabled` and `checked` as attributes.
 */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox());
}
