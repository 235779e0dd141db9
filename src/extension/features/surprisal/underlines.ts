/** The lines under tokens, which show each step of surprisal without colour. */
import * as vscode from 'vscode';
import { isHighContrast } from '../../workbench/strengthDecorations';

const { t } = vscode.l10n;

/** The line under a token of one step, which shows the step without colour. */
export interface Underline {
  readonly width: string;
  readonly style: 'none' | 'dotted' | 'dashed' | 'solid' | 'double';
  /** The name in the legend. */
  readonly name: string;
}

const dotted = () => ({ width: '1px', style: 'dotted', name: t('dotted') }) as const;
const dashed = () => ({ width: '1px', style: 'dashed', name: t('dashed') }) as const;
const double = () => ({ width: '3px', style: 'double', name: t('double') }) as const;
const solid = () => ({ width: '2px', style: 'solid', name: t('solid') }) as const;

/** The lines of all steps, from the least surprising on. In high contrast there is no fill, so the first step has a line too. */
export const underlines = (): readonly Underline[] =>
  isHighContrast()
    ? [
        dotted(),
        dashed(),
        { width: '1px', style: 'solid', name: t('thin') },
        { ...solid(), name: t('thick') },
        double(),
      ]
    : [{ width: '0', style: 'none', name: t('none') }, dotted(), dashed(), solid(), double()];
