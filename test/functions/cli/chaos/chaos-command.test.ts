import { afterEach, describe, expect, it } from 'vitest';
import { commandLine, endCommandLines } from '#test/floors/exchange-child.ts';

afterEach(endCommandLines);

describe('quotemill chaos', () => {
  it('ends with 0 and says how often each fault was and that no promise was broken', async () => {
    const { code, out, err } = await commandLine('chaos', '--runs', '2', '--minutes', '16').ended();
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/send-late +│ +\d+ │/);
    expect(out).toMatch(/^2 stories, \d+ faults, [\d,]+ checks/m);
    expect(out).toMatch(/^promises broken: 0$/m);
  });

  it('ends with 1 where one was, names the seed, what went before, and how to see it again', async () => {
    const story = ['--runs', '1', '--seed', '3', '--broken', 'no-list-lag'];
    const { code, out, err } = await commandLine('chaos', ...story).ended();
    expect(code).toBe(1);
    expect(err).toMatch(/^seed 3:\n( {2}\d\d:\d\d:\d\d\.\d{3} .+\n)+/);
    expect(err).toContain(
      'again: npx quotemill chaos --runs 1 --seed 3 --minutes 30 --broken no-list-lag',
    );
    expect(err).toMatch(/quotemill: 1 of 1 stories broke a promise: seeds 3\n$/);
    expect(out).toMatch(/^promises broken: [1-9]/m);
  });

  it.each([
    [['--only', 'killed,sned-late'], /--only names sned-late; allowed: start-missed, /],
    [['--minutes', '5'], /--minutes .*Allowed: a whole number from 12 to 1440/],
    [['--broken', 'everything'], /--broken .*no-watchdog/],
  ])('ends with 2 and one line on %j', async (flags, words) => {
    const { code, out, err } = await commandLine('chaos', ...flags).ended();
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(words);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
