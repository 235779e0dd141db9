/** The heat map of a live part and its legend. */
import { legend } from '../../charts/legend';
import { memo } from '../../common/store';
import type { Theme } from '../../common/theme';
import { heatMap } from '../../matrix/heatmap';
import type { MatrixView } from '../../matrix/matrixView';
import type { Picture } from '../../matrix/matrixLayout';

/** Each is drawn anew only where it would look different. */
export interface AttentionMap {
  draw(view: MatrixView, theme: Theme, width: number): Picture;
  legend(top: number, theme: Theme): HTMLCanvasElement;
}

/** @param place as in `PictureOptions`. @param height at most, in CSS pixels. */
export const attentionMap = (place: string, height: number): AttentionMap => ({
  draw: memo((view, theme, width) =>
    heatMap(view, { ...{ theme, width, height, place }, scale: 'sqrt' }),
  ),
  legend: memo((top, theme) => legend(top, 'sqrt', theme)),
});

/** The cell under the pointer; undefined beside the matrix. */
export function cellUnder({ clientX, clientY }: MouseEvent, picture: Picture) {
  const { left, top } = picture.element.getBoundingClientRect();
  return picture.locate(clientX - left, clientY - top);
}
