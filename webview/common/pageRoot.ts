import type { Store } from './store';

/** The element that a page is drawn into; the state is told of its width, in CSS pixels. */
export function createPageRoot(
  store: Store<{ readonly pageWidth: number | undefined }>,
): HTMLDivElement {
  const root = document.createElement('div');
  root.className = 'page';
  document.body.append(root);
  const tell = () => {
    if (root.clientWidth !== store.state.pageWidth) {
      store.update({ pageWidth: root.clientWidth });
    }
  };
  tell(); // The first picture is as wide as those after it.
  new ResizeObserver(tell).observe(root);
  return root;
}
