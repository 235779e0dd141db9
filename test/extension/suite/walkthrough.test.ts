import * as assert from 'node:assert/strict';
import type { TestApi } from '../../../src/extension/extension';
import { command, openText, select, testApi, tidy } from './inVsCode';

describe('The walkthrough', function () {
  this.timeout(60_000);
  let api: TestApi;
  before(async () => {
    api = await testApi();
  });
  beforeEach(tidy);
  afterEach(tidy);

  const sentence = 'My sister lives in Paris.';

  for (const name of ['showAttention', 'translateSelection', 'showTokens', 'showNextTokens']) {
    it(`ticks the step of ${name} by what is shown, and not where there was no text`, async () => {
      const count = () => api.commandCounts.count(`lmEvolution.${name}`);
      const before = count();
      await command(name);
      assert.equal(count(), before);
      select(await openText(sentence), sentence);
      await command(name);
      assert.equal(count(), before + 1);
    });
  }
});
