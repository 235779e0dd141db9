/** Formats shares as per cent. */
const noBreakSpace = '\u00a0';

/** Formats a share from 0 to 1 as "43.2 %"; what would be shown as 0 is "<0.1 %". */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) {
    return `<0.1${noBreakSpace}%`;
  }
  const digits = share === 0 || share >= 0.9995 ? 0 : 1;
  return `${(share * 100).toFixed(digits)}${noBreakSpace}%`;
}
