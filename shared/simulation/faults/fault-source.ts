import { MINUTE_MS } from '../../domain/time.ts';
import type { EpochMs } from '../../domain/units.ts';
import { seededRandom } from '../../math/random.ts';
import { FAULT_KINDS, type FaultKind } from './fault-kind.ts';

/** One that happened. */
export interface Fault {
  readonly kind: FaultKind;
  readonly at: EpochMs;
  readonly where: string;
}

/** Says, by its seed alone, what goes wrong next; and remembers it. */
export interface FaultSource {
  /** The first of these that happens now; undefined where none does. */
  among<Kind extends FaultKind>(kinds: readonly Kind[], where: string): Kind | undefined;
  /** A whole number in [from, to), for how long or when: clocks tell whole ms. */
  between(from: number, to: number): number;
  readonly all: () => readonly Fault[];
  /** Nothing goes wrong anew from then on. */
  readonly until: EpochMs;
}

export interface FaultSourceOptions {
  readonly seed: number;
  /** Those that may happen. */
  readonly kinds: readonly FaultKind[];
  /** Nothing happens before and after: at first the deployment begins, at last it recovers. */
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly now: () => EpochMs;
}

/** Of an opportunity, in quiet times. */
const USUAL: Readonly<Record<FaultKind, number>> = {
  'start-missed': 0.1,
  'schedule-off': 0.06,
  'start-late': 0.1,
  'start-twice': 0.1,
  killed: 0.3,
  frozen: 0.1,
  'store-refused': 0.004,
  'store-late': 0.01,
  'store-unanswered': 0.004,
  'bus-lost': 0.1,
  'bus-twice': 0.2,
  'bus-late': 0.1,
  'read-unanswered': 0.01,
  'rate-limited': 0.004,
  'send-lost': 0.02,
  'send-unanswered': 0.02,
  'send-late': 0.02,
  'send-refused': 0.02,
  'switched-off': 0.03,
  'halted-by-hand': 0.03,
  'edit-refused': 0.05,
};
/** Each kind has storms of up to a minute in which it comes so much more often. */
const STORM_FACTOR = 30;
const STORM_MOST_MS = MINUTE_MS;
const STORMS = 3;

export function createFaultSource(options: FaultSourceOptions): FaultSource {
  const { seed, kinds, from, until, now } = options;
  const random = seededRandom(`faults/${seed}`);
  const streams = new Map(FAULT_KINDS.map((kind) => [kind, random.fork(kind)]));
  const faults: Fault[] = [];
  const between: FaultSource['between'] = (least, most) =>
    Math.floor(least + random.uniform() * (most - least));
  const storms = new Map(
    FAULT_KINDS.map((kind) => {
      const begins = Array.from({ length: STORMS }, () => between(from, until));
      return [kind, begins.map((at) => [at, at + between(0, STORM_MOST_MS)] as const)] as const;
    }),
  );
  const chanceOf = (kind: FaultKind, at: EpochMs): number => {
    const inStorm = storms.get(kind)?.some(([begin, end]) => at >= begin && at < end) === true;
    return Math.min(0.8, USUAL[kind] * (inStorm ? STORM_FACTOR : 1));
  };
  return {
    between,
    among(possible, where) {
      const at = now();
      // All are drawn, each from its own stream: leaving one out moves no draw of the others.
      const drawn = possible.filter(
        (one) => (streams.get(one)?.uniform() ?? 1) < chanceOf(one, at),
      );
      if (at < from || at >= until) return undefined;
      const kind = drawn.find((one) => kinds.includes(one));
      if (kind !== undefined) faults.push({ kind, at, where });
      return kind;
    },
    all: () => faults,
    until,
  };
}
