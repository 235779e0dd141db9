/** A form with one field of text, in which Enter submits and Shift+Enter begins a line. */

/** For `keydown` of the field. */
export function submitOnEnter(event: KeyboardEvent): void {
  if (event.key === 'Enter' && !event.shiftKey) {
    event.preventDefault();
    submit(event);
  }
}

/** For `click` of a button, which is a custom element and submits nothing by itself. */
export function submit({ currentTarget }: Event): void {
  if (currentTarget instanceof Element) {
    currentTarget.closest('form')?.requestSubmit();
  }
}

/** For `submit` of the form. @returns its field. */
export function submittedField(event: Event): HTMLTextAreaElement | undefined {
  event.preventDefault();
  const { currentTarget } = event;
  return currentTarget instanceof Element
    ? (currentTarget.querySelector('textarea') ?? undefined)
    : undefined;
}
