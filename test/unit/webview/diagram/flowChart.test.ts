import { expect, test } from 'vitest';
import type { Diagram } from '../../../../src/common/content/lesson';
import { flowChart } from '../../../../webview/diagram/flowChart';

const diagram: Diagram = {
  words: 'x',
  size: { LR: [300, 50], TB: [100, 200] },
  nodes: [
    { id: 'a', label: 'Short' },
    { id: 'b', label: 'A state for each word', opens: 'part:alignment' },
    { id: 'c', label: 'Unbreakablebutlong' },
  ],
  edges: [
    { from: 'a', to: 'b', label: 'one by one' },
    { from: 'b', to: 'c', isAside: true },
  ],
};

test('a diagram becomes a flow chart: long labels in two lines, linked nodes marked, asides dotted', () => {
  expect(flowChart(diagram, 'LR').split('\n')).toEqual([
    'flowchart LR',
    '  a["Short"]',
    '  b["A state for<br/>each word"]',
    '  c["Unbreakablebutlong"]',
    '  a -->|"one by one"| b',
    '  b -.-> c',
    '  class b linked',
  ]);
});

test('a diagram without links marks none', () => {
  const nodes = diagram.nodes.map(({ id, label }) => ({ id, label }));
  expect(flowChart({ ...diagram, nodes }, 'TB')).not.toContain('class');
});
