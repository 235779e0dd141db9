import * as vscode from 'vscode';
import { isHighContrast } from '../../workbench/highContrast';

/** What is drawn under a token, from the least surprising step to the most: it tells the step without any colour. */
export interface Line {
  readonly width: string;
  readonly style: 'none' | 'dotted' | 'dashed' | 'solid' | 'double';
  /** As it stands in the legend. */
  readonly name: string;
}

const { t } = vscode.l10n;

const dotted = () => ({ width: '1px', style: 'dotted', name: t('dotted') }) as const;
const dashed = () => ({ width: '1px', style: 'dashed', name: t('dashed') }) as const;
const double = () => ({ width: '3px', style: 'double', name: t('double') }) as const;
const solid = () => ({ width: '2px', style: 'solid', name: t('solid') }) as const;

/** One for each step. In high contrast there is no fill, and so a line from the first step on. */
export const linesOf = (): readonly Line[] =>
  isHighContrast()
    ? [
        dotted(),
        dashed(),
        { width: '1px', style: 'solid', name: t('thin') },
        { ...solid(), name: t('thick') },
        double(),
      ]
    : [{ width: '0', style: 'none', name: t('none') }, dotted(), dashed(), solid(), double()];
