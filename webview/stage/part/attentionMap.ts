import type { MatrixView } from '../../matrix/matrixView';
import { heatMap } from '../../matrix/heatmap';
import { legend } from '../../charts/legend';
import type { Picture } from '../../matrix/picture';
import { memo } from '../../common/memo';
import type { Theme } from '../../common/theme';

/** The heat map of a live part and its legend, each drawn anew only where it would be another. */
export interface AttentionMap {
  draw(view: MatrixView, theme: Theme, width: number): Picture;
  legend(top: number, theme: Theme): HTMLCanvasElement;
}

/** @param place of the page, as in `PictureOptions`. @param height at most, in CSS pixels. */
export const attentionMap = (place: string, height: number): AttentionMap => ({
  draw: memo((view, theme, width) =>
    heatMap(view, { ...{ theme, width, height, place }, scale: 'sqrt' }),
  ),
  legend: memo((top, theme) => legend(top, 'sqrt', theme)),
});
