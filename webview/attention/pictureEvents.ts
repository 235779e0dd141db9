/** What the pointer and the keyboard do in the picture. */
import type { Picture } from '../matrix/picture';
import type { Unit } from '../matrix/units';
import type { Actions } from './actions';
import type { ViewModel } from './viewModel';

/** What is on the page now. */
export interface DrawnPicture {
  readonly viewModel: ViewModel;
  readonly picture: Picture;
}

/** @param drawn what the template has put on the page last. */
export function pictureEvents(drawn: () => DrawnPicture | undefined, actions: Actions) {
  const cellUnder = (event: PointerEvent | MouseEvent) => {
    const { picture } = drawn() ?? {};
    const box = picture?.element.getBoundingClientRect();
    return box && picture?.locate(event.clientX - box.left, event.clientY - box.top);
  };
  return {
    onMove: (event: PointerEvent) => {
      const cell = cellUnder(event);
      actions.point(
        cell && {
          queries: cell.query === undefined ? [] : [cell.query],
          key: cell.key,
          from: 'picture',
        },
      );
    },
    onLeave: () => actions.point(undefined),
    onClick: (event: MouseEvent) => {
      const cell = cellUnder(event);
      const view = drawn()?.viewModel.view;
      const query = cell?.query === undefined ? undefined : view?.queries[cell.query];
      const key = cell?.key === undefined ? undefined : view?.keys[cell.key];
      if (event.ctrlKey || event.metaKey || event.altKey) {
        withUnit(key ?? query, actions.reveal);
      } else {
        withUnit(query ?? queryOf(drawn()?.viewModel, key), unit =>
          actions.lock(unit, event.shiftKey),
        );
      }
    },
    onKey: (event: KeyboardEvent) => {
      const now = drawn();
      if (now) {
        onPictureKey(event, now.viewModel, actions);
      }
    },
    onFocus: (event: FocusEvent) => {
      const link = drawn()?.viewModel.link;
      const isByKeyboard =
        event.target instanceof Element && event.target.matches(':focus-visible');
      if (link && isByKeyboard && !event.defaultPrevented) {
        actions.point({ queries: link.queries, key: link.key, from: 'picture' });
      }
    },
  };
}

/** The row of a token; a token of the other side has none. */
export const queryOf = (
  viewModel: ViewModel | undefined,
  unit: Unit | undefined,
): Unit | undefined => unit && viewModel?.view.queries.find(({ id }) => id === unit.id);

export function withUnit(unit: Unit | undefined, use: (unit: Unit) => void): void {
  if (unit) {
    use(unit);
  }
}

/** Arrow keys move over the cells, Space keeps the row, Enter shows the token in the editor. */
function onPictureKey(event: KeyboardEvent, viewModel: ViewModel, actions: Actions): void {
  const { view, lit, link } = viewModel;
  const query = lit.queries[0] ?? link?.queries[0] ?? 0;
  const key = lit.key ?? link?.key ?? 0;
  const [lastQuery, lastKey] = [view.queries.length - 1, view.keys.length - 1];
  const moves: Partial<Record<string, readonly [query: number, key: number]>> = {
    ArrowUp: [query - 1, key],
    ArrowDown: [query + 1, key],
    ArrowLeft: [query, key - 1],
    ArrowRight: [query, key + 1],
    Home: [query, 0],
    End: [query, lastKey],
    PageUp: [0, key],
    PageDown: [lastQuery, key],
  };
  const move = moves[event.key];
  if (move) {
    event.preventDefault();
    const clamp = (value: number, last: number) => Math.max(0, Math.min(last, value));
    actions.point({
      queries: [clamp(move[0], lastQuery)],
      key: clamp(move[1], lastKey),
      from: 'picture',
    });
    return;
  }
  const queryUnit = view.queries[query];
  const keyUnit = view.keys[key];
  if (event.key === ' ' && queryUnit) {
    event.preventDefault();
    actions.lock(queryUnit, event.shiftKey);
  } else if (event.key === 'Enter' && keyUnit) {
    event.preventDefault();
    actions.reveal(event.shiftKey && queryUnit ? queryUnit : keyUnit);
  }
}
