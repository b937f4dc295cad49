import type { MetricName } from '#shared/schema/metric-name.ts';

/** Something that the watchdog tells of the whole stage once a run, also when it is not so. */
export interface Level {
  readonly metricName: MetricName;
  /** Rings when it was so in so many of the last minutes. */
  readonly runs: number;
  readonly of: number;
  /** Somebody who was called waits to hear that all is traded again. */
  readonly saysOk?: true;
  /** What the watchdog logs of it, if not `level` and its name; empty: anything may tell. */
  readonly said?: string;
  readonly meaning: string;
}

const atOnce = { runs: 1, of: 1 } as const;

/** One run may fall into a hand-over or the first minute of a session. */
const twice = { runs: 2, of: 3 } as const;

export const levels: readonly Level[] = [
  {
    metricName: 'Unattended',
    ...twice,
    saysOk: true,
    meaning:
      'Nobody holds markets that should be traded, as many as the value says. What rested there was cancelled; a position may be open.',
  },
  {
    // Somebody who has just begun may not have said yet that he sees it.
    metricName: 'NotSeen',
    ...twice,
    saysOk: true,
    meaning:
      'Whoever trades them has seen nothing of some markets for two minutes: the venue does not answer, or the tables take nothing.',
  },
  {
    // Cancelled is cancelled: the next run may find none, and a person must know of it all the same.
    metricName: 'OrdersUnowned',
    ...atOnce,
    meaning:
      'Orders of ours rested in markets where none may: nobody answers for them, the market is halted, or the tables cannot be read. They were cancelled, or may still rest: look at the open orders of the venue and at the position.',
  },
  {
    // A run that is blind has tried again for 20 s and withdraws every quote.
    metricName: 'TablesUnread',
    ...atOnce,
    said: 'the tables cannot be read',
    meaning:
      'The tables cannot be read, so every order of the stage is cancelled until they can. The levels of markets stay what they were.',
  },
  {
    // Nothing but a person ends it.
    metricName: 'Halted',
    ...atOnce,
    meaning:
      'Markets are halted, by a loss limit or a person, and stay so. The item HALT of the State table says why; deleting it lifts the halt.',
  },
  {
    // It is so until somebody mends the edit.
    metricName: 'ParametersRefused',
    ...atOnce,
    meaning:
      'An edit of the parameters is refused; the last good version stays in force. The item PARAMS# of the State table names attribute and range.',
  },
  {
    // It has waited for seven minutes already.
    metricName: 'HedgesOverdue',
    ...atOnce,
    meaning:
      'A breach is seven minutes old and not worked off: the inventory is beyond its threshold. Reduce it by hand.',
  },
];

/**
 * The heartbeat of the watchdog. A start may come at the end of one minute after the beginning of
 * another, so one empty minute is none.
 */
export const heartbeat: Level = {
  metricName: 'WatchdogRan',
  ...twice,
  saysOk: true,
  said: '',
  meaning:
    'The watchdog does not run. Nobody cancels what is left behind, and the alarms Unattended to HedgesOverdue stay what they were.',
};
