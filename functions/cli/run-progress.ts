import { Presets, SingleBar } from 'cli-progress';
import { MINUTE_MS, utcTime } from '#shared/domain/time.ts';
import type { EpochMs } from '#shared/domain/units.ts';

export interface RunProgress {
  say(line: string): void;
  at(now: EpochMs): void;
  stop(): void;
}

/**
 * How far a run has come in market time: a bar on a terminal, a line every tenth elsewhere. Always
 * on stderr.
 */
export function createRunProgress(startsAt: EpochMs, stopAt: EpochMs): RunProgress {
  return process.stderr.isTTY ? createBar(startsAt, stopAt) : createLines(startsAt, stopAt);
}

const minutesIn = (startsAt: EpochMs, now: EpochMs): number =>
  Math.round((now - startsAt) / MINUTE_MS);

const TENTHS = 10;

function createBar(startsAt: EpochMs, stopAt: EpochMs): RunProgress {
  const total = minutesIn(startsAt, stopAt);
  const bar = new SingleBar(
    {
      format: ' {bar} {value}/{total} min of market  {clock}',
      clearOnComplete: true,
      hideCursor: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { clock: utcTime(startsAt) });
  return {
    say: (line) => process.stderr.write(`\r${line}\n`),
    at: (now) =>
      bar.update(Math.min(total, minutesIn(startsAt, now)), { clock: utcTime(now).slice(0, 19) }),
    stop: () => bar.stop(),
  };
}

function createLines(startsAt: EpochMs, stopAt: EpochMs): RunProgress {
  const total = Math.max(1, stopAt - startsAt);
  let tenths = 0;
  return {
    say: (line) => void process.stderr.write(`${line}\n`),
    at(now) {
      const reached = Math.floor(((now - startsAt) / total) * TENTHS);
      if (reached <= tenths || reached > TENTHS) return;
      tenths = reached;
      process.stderr.write(`${tenths * 10} %  ${utcTime(now).slice(0, 19)}\n`);
    },
    stop: () => undefined,
  };
}
