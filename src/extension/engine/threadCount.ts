/** More than so many share too little work each to be worth their waiting for each other. */
const most = 4;

/**
 * How many threads a model runs on.
 *
 * @param chosen by the person; 0, and what is no whole number, is for us to choose: half of the cores, so that the
 *   editor and all else have the other half.
 * @param cores that there are. A thread that has no core to itself keeps all others waiting, so there are never more.
 * @returns at least 1.
 */
export function threadCount(chosen: unknown, cores: number): number {
  const isChosen = typeof chosen === 'number' && Number.isInteger(chosen) && chosen > 0;
  const wanted = isChosen ? chosen : Math.min(most, Math.floor(cores / 2));
  return Math.max(1, Math.min(wanted, cores));
}
