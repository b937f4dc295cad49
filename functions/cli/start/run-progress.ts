import { Presets, SingleBar } from 'cli-progress';
import { MINUTE_MS, utcTime } from '#shared/domain/time.ts';
import type { EpochMs } from '#shared/domain/units.ts';

export interface RunProgress {
  say(line: string): void;
  at(now: EpochMs): void;
  /** Leaves the terminal as it was. May be called again. */
  stop(): void;
}

/** Standard error, as far as it is needed. */
export type ProgressStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

/** How far a run has come in market time: a bar on a terminal, a line every tenth elsewhere. */
export function createRunProgress(
  startsAt: EpochMs,
  stopAt: EpochMs,
  stream: ProgressStream = process.stderr,
): RunProgress {
  return stream.isTTY === true
    ? createBar(startsAt, stopAt, stream)
    : createLines(startsAt, stopAt, stream);
}

const minutesIn = (startsAt: EpochMs, now: EpochMs): number =>
  Math.round((now - startsAt) / MINUTE_MS);

const TENTHS = 10;
/** What stands beside the bar, with five digits of minutes. */
const BESIDE_BAR = ' 12345/12345 min of market  2026-01-05T06:30:00'.length + 2;
/** Where the terminal does not say. */
const NARROW = 80;
const LONGEST_BAR = 40;
const SHORTEST_BAR = 10;

function createBar(startsAt: EpochMs, stopAt: EpochMs, stream: ProgressStream): RunProgress {
  const total = minutesIn(startsAt, stopAt);
  const room = (stream.columns ?? NARROW) - BESIDE_BAR;
  const format =
    room >= SHORTEST_BAR
      ? ' {bar} {value}/{total} min of market  {clock}'
      : ' {value}/{total} min  {clock}';
  const bar = new SingleBar(
    {
      format,
      barsize: Math.max(1, Math.min(LONGEST_BAR, room)),
      clearOnComplete: true,
      hideCursor: true,
      // It would take the signal and leave the process running; the exit below is enough.
      gracefulExit: false,
      stream,
    },
    Presets.shades_classic,
  );
  let [value, clock] = [0, utcTime(startsAt).slice(0, 19)];
  const show = (): void => bar.start(total, value, { clock });
  const stop = (): void => bar.stop();
  show();
  process.once('exit', stop);
  return {
    // The bar goes back to where it began when it ends, so it begins anew below the line.
    say(line) {
      bar.stop();
      stream.write(`${line}\n`);
      show();
    },
    at(now) {
      [value, clock] = [Math.min(total, minutesIn(startsAt, now)), utcTime(now).slice(0, 19)];
      bar.update(value, { clock });
    },
    stop() {
      stop();
      process.removeListener('exit', stop);
    },
  };
}

function createLines(startsAt: EpochMs, stopAt: EpochMs, stream: ProgressStream): RunProgress {
  const total = Math.max(1, stopAt - startsAt);
  let tenths = 0;
  return {
    say: (line) => void stream.write(`${line}\n`),
    at(now) {
      const reached = Math.floor(((now - startsAt) / total) * TENTHS);
      if (reached <= tenths || reached > TENTHS) return;
      tenths = reached;
      stream.write(`${tenths * 10} %  ${utcTime(now).slice(0, 19)}\n`);
    },
    stop: () => undefined,
  };
}
