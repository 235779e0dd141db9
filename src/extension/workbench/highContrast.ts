import * as vscode from 'vscode';

/** Whether a colour alone must carry nothing. */
export const isHighContrast = (): boolean =>
  [vscode.ColorThemeKind.HighContrast, vscode.ColorThemeKind.HighContrastLight].includes(
    vscode.window.activeColorTheme.kind,
  );
