/** The legend of a picture of differences. */
import { mix } from './colorScale';
import { scaleBar } from './scaleBar';
import { isHighContrast, type Theme } from '../common/theme';

/**
 * A scale that diverges around the background, with its true ends, which are alike.
 *
 * @param reach the largest distance from 0 that the picture has.
 */
export function signedLegend(reach: number, theme: Theme): HTMLCanvasElement {
  const end = (reach * 100).toFixed(1);
  return scaleBar(
    place => {
      const signed = 2 * place - 1;
      return mix(theme.background, signed < 0 ? theme.second : theme.accent, Math.abs(signed));
    },
    [`−${end}`, '0', `+${end}`],
    `Colour scale of the difference, linear, from ${end} points less in A to ${end} points more${isHighContrast(theme) ? '; less is hollow' : ''}`,
    theme,
  );
}
