import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { examples } from '../../scripts/paths.mjs';
import { themes, Workbench, type ThemeKind } from './driver';
import { AttentionPanel } from './panel';
import { expectPicture } from './pictures';

let workbench: Workbench | undefined;
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    await workbench?.keepEvidence(task.name);
  }
  await workbench?.close();
  workbench = undefined;
});

describe.each(Object.keys(themes) as ThemeKind[])('in the %s theme', theme => {
  test('the panel is legible, accessible and as it was', async () => {
    workbench = await Workbench.open({
      theme,
      file: join(examples, 'pronouns.md'),
      settings: {
        'workbench.sideBar.location': 'left',
        'workbench.activityBar.location': 'hidden',
      },
      size: { width: 1500, height: 900 },
    });
    await workbench.hideSideBar();
    await workbench.select('The cat sat on the mat because it was tired.');
    const panel = await AttentionPanel.show(workbench);
    expectPicture(`${theme}-telling`, await panel.screenshot());

    await panel.chooseHead(5, 3);
    expect(await panel.words()).toContain('%');
    expectPicture(`${theme}-head`, await panel.screenshot());

    expect(await violations(panel)).toEqual([]);
    await panel.openMenu();
    expect(await violations(panel)).toEqual([]);
  });
});

/** What axe-core objects to, in one line each. */
async function violations(panel: AttentionPanel): Promise<string[]> {
  await panel.frame.evaluate(axe.source);
  return panel.frame.evaluate(async () => {
    const { violations: found } = await (globalThis as unknown as { axe: typeof axe }).axe // Put there by the line above.
      .run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      });
    return found.flatMap(({ id, nodes }) =>
      nodes.map(node => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
    );
  });
}
