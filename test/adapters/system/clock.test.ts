import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSystemClock } from '#shared/adapters/system/clock.ts';
import { InvariantError } from '#shared/domain/failure.ts';
import { DAY_MS } from '#shared/domain/time.ts';

const NOW = 1_767_571_200_000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Whether the sleep is over, without waiting for it. */
function watched(sleep: Promise<void>): { over: boolean } {
  const state = { over: false };
  void sleep.then(() => (state.over = true));
  return state;
}

describe('the system clock', () => {
  it("tells the machine's time", () => {
    expect(createSystemClock().now()).toBe(NOW);
    vi.advanceTimersByTime(5);
    expect(createSystemClock().now()).toBe(NOW + 5);
  });

  it('sleeps as long as it was told and no less', async () => {
    const state = watched(createSystemClock().sleep(3000));
    await vi.advanceTimersByTimeAsync(2999);
    expect(state.over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(state.over).toBe(true);
  });

  it.each([0, -0, -5])('does not sleep for %d', async (ms) => {
    await createSystemClock().sleep(ms);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sleeps longer than one timer can', async () => {
    const state = watched(createSystemClock().sleep(60 * DAY_MS));
    await vi.advanceTimersByTimeAsync(60 * DAY_MS - 1);
    expect(state.over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(state.over).toBe(true);
  });

  it.each([Number.NaN, Infinity])(
    'refuses to sleep for %d, which a timer would take for zero',
    async (ms) => {
      await expect(createSystemClock().sleep(ms)).rejects.toThrow(
        new InvariantError(`a sleep must be a finite number of ms, was ${ms}`),
      );
    },
  );

  it('keeps the process alive while it sleeps', () => {
    vi.useRealTimers();
    const timers: NodeJS.Timeout[] = [];
    const real = globalThis.setTimeout;
    vi.stubGlobal('setTimeout', (...args: Parameters<typeof setTimeout>) => {
      const timer = real(...args);
      timers.push(timer);
      return timer;
    });
    void createSystemClock().sleep(60_000);
    vi.unstubAllGlobals();
    expect(timers.map((timer) => timer.hasRef())).toEqual([true]);
    clearTimeout(timers[0]);
  });
});
