/** A model's name without what tells it from others of its kind, which stands in brackets. */
export const shortName = (name: string): string => name.replace(/\s*\(.*$/u, '');
