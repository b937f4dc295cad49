import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '#shared/adapters/aws/log.ts';
import type { Log } from '#shared/ports/log.ts';
import { callsOfGlobalConsole, linesOnStdio } from '#test/floors/captured-output.ts';

afterEach(() => vi.unstubAllEnvs());

const parsed = (lines: readonly string[]): readonly unknown[] =>
  lines.map((line) => JSON.parse(line) as unknown);

describe.each([
  { where: 'in Lambda, on stdio', dev: 'false', capture: linesOnStdio },
  {
    where: 'in the local run, through the global console',
    dev: 'true',
    capture: callsOfGlobalConsole,
  },
])('the log $where', ({ dev, capture }) => {
  const aLog = (options: Parameters<typeof createLog>[0]): Log => {
    vi.stubEnv('POWERTOOLS_DEV', dev);
    return createLog(options);
  };

  it('writes one line of JSON per call, with level, service, market and fields', () => {
    const log = aLog({ service: 'requote', market: 'BTC-PERP' });
    const lines = capture(() => {
      log.info('quoted', { bid: 90_000.5, reasons: ['one-sided: long 92 % of cap'] });
      log.warn('stale book', { ageMs: 2500 });
      log.error('two\nlines');
    });
    expect(lines.every((line) => !line.includes('\n'))).toBe(true);
    expect(parsed(lines)).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'quoted',
        service: 'requote',
        market: 'BTC-PERP',
        bid: 90_000.5,
        reasons: ['one-sided: long 92 % of cap'],
      }),
      expect.objectContaining({
        level: 'WARN',
        message: 'stale book',
        service: 'requote',
        market: 'BTC-PERP',
        ageMs: 2500,
      }),
      expect.objectContaining({
        level: 'ERROR',
        message: 'two\nlines',
        service: 'requote',
        market: 'BTC-PERP',
      }),
    ]);
  });

  it('keeps apart two logs of one process', () => {
    const [one, other] = [
      aLog({ service: 'requote', market: 'BTC-PERP' }),
      aLog({ service: 'funding-check' }),
    ];
    const lines = parsed(
      capture(() => {
        one.info('a', { figure: 1 });
        other.info('b');
      }),
    );
    expect(lines[0]).toMatchObject({ service: 'requote', market: 'BTC-PERP', figure: 1 });
    expect(lines[1]).toMatchObject({ service: 'funding-check' });
    expect(lines[1]).not.toHaveProperty('market');
    expect(lines[1]).not.toHaveProperty('figure');
  });

  it('keeps a field whose name the format uses itself, in the same line', () => {
    const log = aLog({ service: 'requote' });
    const lines = parsed(
      capture(() => log.info('placed', { level: 2, message: 'x', side: 'buy' })),
    );
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'placed',
        side: 'buy',
        fields: { level: 2, message: 'x' },
      }),
    ]);
  });

  it('writes what JSON cannot hold rather than fail', () => {
    const log = aLog({ service: 'requote' });
    const circular: Record<string, unknown> = { n: 5n };
    circular['self'] = circular;
    const lines = parsed(capture(() => log.info('odd', { circular, gone: undefined })));
    expect(lines).toEqual([expect.objectContaining({ message: 'odd', circular: { n: '5' } })]);
  });
});

describe('the log in the local run', () => {
  it('looks the console up at each call: one that was replaced since gets the line', () => {
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    const log = createLog({ service: 'requote' });
    expect(callsOfGlobalConsole(() => log.info('first'))).toHaveLength(1);
    expect(callsOfGlobalConsole(() => log.info('second'))).toHaveLength(1);
  });

  it('writes nothing to the console of a process that runs in Lambda', () => {
    vi.stubEnv('POWERTOOLS_DEV', 'false');
    const log = createLog({ service: 'requote' });
    let onStdio: readonly string[] = [];
    const onConsole = callsOfGlobalConsole(() => {
      onStdio = linesOnStdio(() => log.info('decorated by nobody'));
    });
    expect(onConsole).toEqual([]);
    expect(onStdio).toHaveLength(1);
  });
});
