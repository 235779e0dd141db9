/** The legend of a picture of weights. */
import { mix } from './colorScale';
import { scaleBar } from './scaleBar';
import { type Scale, weightAt } from '../../src/common/attention/attention';
import type { Theme } from '../common/theme';
import { percent } from '../../src/common/text/percent';

/**
 * The scale of a picture with its true ends, and the weight that has the colour in the middle.
 *
 * @param top the largest weight of the picture.
 */
export function legend(top: number, scale: Scale, theme: Theme): HTMLCanvasElement {
  const markAt = (place: number) => percent(weightAt(place, top, scale));
  return scaleBar(
    place => mix(theme.background, theme.accent, place),
    [markAt(0), markAt(0.5), markAt(1)],
    `Colour scale, ${scale === 'sqrt' ? 'square root' : 'linear'}, from 0 to ${percent(top)}`,
    theme,
  );
}
