import type { Actions } from './actions';
import type { Scene } from './scene';

/** Arrow keys move over the cells, Space keeps the row, Enter shows the token in the editor. */
export function onPictureKey(event: KeyboardEvent, scene: Scene, actions: Actions): void {
  const { view, lit, link } = scene;
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
