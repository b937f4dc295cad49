import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { epochMs } from '#shared/domain/units.ts';
import { trackCalls } from '../../functions/cli/local-cloud/call-tracking.ts';
import { createVirtualClock, type VirtualClock } from '../../shared/simulation/virtual-clock.ts';
import { START } from '#test/builders/market.ts';

const after = (ms: number): typeof START => epochMs(START + ms);

/** A server that answers at once, or after `ms` of simulated time on behalf of its caller. */
async function withServer(
  clock: VirtualClock,
  ms: number,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    void clock
      .sleepFor(request.headers['x-quotemill-activity']?.toString(), ms)
      .then(() => response.end(String(clock.now() - START)));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const stop = trackCalls(clock);
  await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  stop();
  server.closeAllConnections();
  server.close();
}

const ask = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get(url, (response) => {
      let text = '';
      response.on('data', (part) => (text += String(part)));
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });

describe('the simulated clock', () => {
  it('wakes sleepers in the order of time, at equal times in the order they went to sleep', async () => {
    const clock = createVirtualClock({ startsAt: START });
    const woken: string[] = [];
    const sleeper = (name: string, ms: number): void =>
      clock.at(START, name, async () =>
        clock.sleep(ms).then(() => void woken.push(`${name}@${clock.now() - START}`)),
      );
    sleeper('slow', 500);
    sleeper('first', 100);
    sleeper('second', 100);
    await clock.runUntil(after(400));
    expect(woken).toEqual(['first@100', 'second@100']);
    expect(clock.now()).toBe(after(400));
    await clock.runUntil(after(1000));
    expect(woken).toHaveLength(3);
  });

  it('stands still while an activity computes, however many turns of the event loop that takes', async () => {
    const clock = createVirtualClock({ startsAt: START });
    let seen = 0;
    clock.at(after(10), 'works', async () => {
      for (let turn = 0; turn < 50; turn += 1)
        await new Promise((resolve) => void setImmediate(resolve));
      seen = clock.now() - START;
    });
    clock.at(after(20), 'other', async () => undefined);
    await clock.runUntil(after(100));
    expect(seen).toBe(10);
  });

  it('stands still while a call is under way, and moves on when the callee waits on behalf of the caller', async () => {
    const clock = createVirtualClock({ startsAt: START });
    const answers: string[] = [];
    await withServer(clock, 0, async (url) => {
      clock.at(after(5), 'asks', async () => void answers.push(await ask(url)));
      clock.at(after(6), 'ticks', async () => undefined);
      await clock.runUntil(after(50));
    });
    await withServer(clock, 200, async (url) => {
      clock.at(
        after(100),
        'asks twice at once',
        async () =>
          void answers.push(
            ...(await Promise.all([ask(url), ask(url)])),
            String(clock.now() - START),
          ),
      );
      await clock.runUntil(after(1000));
    });
    expect(answers).toEqual(['5', '300', '300', '300']);
  });

  it('wakes one activity at a time: nobody sees another one half-way', async () => {
    const clock = createVirtualClock({ startsAt: START });
    let inside = 0;
    let most = 0;
    await withServer(clock, 0, async (url) => {
      for (const name of ['a', 'b', 'c']) {
        clock.at(after(10), name, async () => {
          inside += 1;
          most = Math.max(most, inside);
          await ask(url);
          inside -= 1;
        });
      }
      await clock.runUntil(after(100));
    });
    expect(most).toBe(1);
  });

  it('ends with the first error of an activity, or one it is told', async () => {
    const clock = createVirtualClock({ startsAt: START });
    clock.at(after(10), 'fails', () => Promise.reject(new Error('broken')));
    await expect(clock.runUntil(after(100))).rejects.toThrow('broken');
    const told = createVirtualClock({ startsAt: START });
    told.fail(new Error('told'));
    await expect(told.runUntil(after(100))).rejects.toThrow('told');
  });

  it('is asked before time jumps, so that a run can be slowed down', async () => {
    const jumps: number[] = [];
    const clock = createVirtualClock({
      startsAt: START,
      beforeJump: (to) => void jumps.push(to - START),
    });
    clock.at(after(10), 'a', async () => clock.sleep(5));
    clock.at(after(10), 'b', async () => undefined);
    await clock.runUntil(after(100));
    expect(jumps).toEqual([10, 15]);
  });

  it('wakes everybody once and in time, whoever goes to sleep from outside while it is slowed down', async () => {
    const woken: string[] = [];
    const sleepFromOutside = (): void => {
      for (const ms of [1, 2])
        void clock
          .sleepFor(undefined, ms)
          .then(() => woken.push(`outside after ${ms} @${clock.now() - START}`));
    };
    let asked = false;
    const clock = createVirtualClock({
      startsAt: START,
      beforeJump: async () => {
        await new Promise((resolve) => void setTimeout(resolve, 1));
        if (!asked) sleepFromOutside();
        asked = true;
      },
    });
    for (const name of ['a', 'b'])
      clock.at(START, name, async () => {
        await clock.sleep(10);
        await clock.sleep(10);
        woken.push(`${name} @${clock.now() - START}`);
      });
    await clock.runUntil(after(100));
    expect(woken).toEqual(['outside after 1 @1', 'outside after 2 @2', 'a @20', 'b @20']);
  });
});
