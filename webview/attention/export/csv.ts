/** The shown weights as CSV. */
import { keysSeen } from '../../matrix/matrixView';
import { csvField } from '../../common/escape';
import type { Figure } from './figure';
import { shortest } from '../../common/numbers';

/** A line for each cell that is not masked: places counted from 0 in the picture, tokens, weight as it is. Lines end as RFC 4180 says. */
export function csvOf({ view }: Figure): string {
  const { queries, keys, weights } = view;
  const lines = ['query_index,query,key_index,key,weight'];
  const keyFields = keys.map(({ label }) => csvField(label));
  queries.forEach((query, row) => {
    const queryField = csvField(query.label);
    keyFields.slice(0, keysSeen(view, row)).forEach((keyField, column) => {
      const weight = weights[row * keys.length + column] ?? 0;
      lines.push(`${row},${queryField},${column},${keyField},${shortest(weight)}`);
    });
  });
  return `${lines.join('\r\n')}\r\n`;
}
