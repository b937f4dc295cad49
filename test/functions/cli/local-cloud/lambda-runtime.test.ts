import { describe, expect, it, vi } from 'vitest';
import { epochMs } from '#shared/domain/units.ts';
import {
  captureConsole,
  type CapturedLine,
} from '../../../../functions/cli/local-cloud/console-capture.ts';
import type { LocalFunction } from '../../../../functions/cli/local-cloud/template/deployment.ts';
import { createLambdaRuntime } from '../../../../functions/cli/local-cloud/lambda-runtime.ts';
import { createVirtualClock } from '../../../../shared/simulation/virtual-clock.ts';
import { START } from '#test/builders/market.ts';

const lambda = (over: Partial<LocalFunction> = {}): LocalFunction => ({
  name: 'fn',
  arn: 'arn:fn',
  entry: 'test/floors/local-handler.ts',
  timeoutMs: 60_000,
  environment: { NAME: 'one' },
  onFailure: { attempts: 2, maxAgeMs: 300_000, queueArn: 'arn:queue' },
  ...over,
});

async function invoke(event: unknown, over: Partial<LocalFunction> = {}) {
  const clock = createVirtualClock({ startsAt: START });
  const lines: CapturedLine[] = [];
  const end = captureConsole(clock.current, clock.now, (line) => void lines.push(line));
  const runtime = await createLambdaRuntime([lambda(over)], { clock });
  expect(runtime.invoke('arn:fn', event, epochMs(START + 1000))).toBe(true);
  await clock.runUntil(epochMs(START + 20 * 60_000));
  end();
  return {
    runtime,
    lines,
    startedAt: runtime.invocations().map((invocation) => invocation.startedAt - START),
  };
}

describe('the local Lambda runtime', () => {
  it('gives the handler its environment, its time, its log and its remaining time', async () => {
    const { runtime, lines } = await invoke({ sleepMs: 2000 });
    expect(runtime.invocations()).toMatchObject([
      {
        functionName: 'fn',
        outcome: { kind: 'returned', value: { name: 'one', remainingMs: 58_000 } },
      },
    ]);
    expect(lines).toMatchObject([{ source: 'fn', line: { message: 'called' } }]);
    expect(runtime.running()).toBe(0);
  });

  it('retries a failed asynchronous invocation a minute and two minutes later', async () => {
    const { runtime, startedAt } = await invoke({ failTimes: 2 });
    expect(startedAt).toEqual([1000, 61_000, 181_000]);
    expect(runtime.deadLetters()).toEqual([]);
  });

  it('gives up after its attempts, or when the event is too old, and keeps it as a dead letter', async () => {
    const often = await invoke({ failTimes: 9 });
    expect(often.startedAt).toHaveLength(3);
    expect(often.runtime.deadLetters()).toEqual([
      { queueArn: 'arn:queue', event: { failTimes: 9 }, why: 'failure 3' },
    ]);
    const old = await invoke(
      { failTimes: 9 },
      { onFailure: { attempts: 2, maxAgeMs: 100_000, queueArn: 'arn:queue' } },
    );
    expect(old.startedAt).toEqual([1000, 61_000]);
    const none = await invoke(
      { failTimes: 9 },
      { onFailure: { attempts: 0, maxAgeMs: 60_000, queueArn: undefined } },
    );
    expect(none.startedAt).toEqual([1000]);
    expect(none.runtime.deadLetters()).toEqual([]);
  });

  it('fails a function that runs beyond its limit', async () => {
    const { runtime } = await invoke(
      { sleepMs: 90_000 },
      { onFailure: { attempts: 0, maxAgeMs: 60_000, queueArn: undefined } },
    );
    expect(runtime.invocations()).toMatchObject([
      { outcome: { kind: 'failed', error: 'Task timed out after 60.00 seconds' } },
    ]);
  });

  it('gives nobody the lines of a function that outlives its run', async () => {
    const console = vi.spyOn(globalThis.console, 'log').mockReturnValue(undefined);
    const clock = createVirtualClock({ startsAt: START });
    const lines: CapturedLine[] = [];
    const end = captureConsole(clock.current, clock.now, (line) => void lines.push(line));
    const { promise, resolve } = Promise.withResolvers<void>();
    const outlives = clock.activity('fn', async () => {
      globalThis.console.log('during');
      await promise;
      globalThis.console.log('after');
    });
    end();
    resolve();
    await outlives;
    globalThis.console.log('of ours');
    expect(lines).toMatchObject([{ line: { message: 'during' } }]);
    expect(console.mock.calls).toEqual([['of ours']]);
    console.mockRestore();
  });

  it('says so when there is no such function', async () => {
    const runtime = await createLambdaRuntime([], {
      clock: createVirtualClock({ startsAt: START }),
    });
    expect(runtime.invoke('arn:nobody', {}, START)).toBe(false);
  });
});
