const noBreakSpace = '\u00a0';

/** A share from 0 to 1 as a person reads it: "43.2 %", "<0.1 %" for what would read as nothing. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) {
    return `<0.1${noBreakSpace}%`;
  }
  const digits = share === 0 || share >= 0.9995 ? 0 : 1;
  return `${(share * 100).toFixed(digits)}${noBreakSpace}%`;
}
