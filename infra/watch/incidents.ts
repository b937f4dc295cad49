import type { MetricName } from '#shared/schema/metric-name.ts';

/** Something that is put when it happens and that a person must hear of. */
export interface Incident {
  readonly metricName: MetricName;
  /** Rings when it happened in so many of the last minutes. */
  readonly minutes: number;
  readonly of: number;
  /** What it means and where to look. */
  readonly meaning: string;
}

const atOnce = { minutes: 1, of: 1 } as const;

export const incidents: readonly Incident[] = [
  {
    metricName: 'SessionFailed',
    ...atOnce,
    meaning:
      'a session ended by an error. Read its log group, then look at open orders and inventory.',
  },
  {
    metricName: 'OrdersLeftBehind',
    ...atOnce,
    meaning: 'orders may rest at the venue and nobody looks after them. Cancel them there.',
  },
  {
    metricName: 'OddOrder',
    ...atOnce,
    meaning: 'the venue shows an order of ours that no session knows. Look at the open orders.',
  },
  {
    metricName: 'PositionMismatch',
    ...atOnce,
    meaning: 'the position at the venue is not the one in our books. Compare fills and position.',
  },
  {
    metricName: 'HedgeGaveUp',
    ...atOnce,
    meaning: 'the inventory is beyond its threshold and was not reduced. Reduce it by hand.',
  },
  {
    metricName: 'EventNotPut',
    ...atOnce,
    meaning: 'a breach did not reach the bus, so no hedge was started. Look at the inventory.',
  },
  {
    metricName: 'FundingCheckFailed',
    ...atOnce,
    meaning: 'funding was not looked at before its settlement, so nothing leans to it.',
  },
  {
    metricName: 'FactsPending',
    ...atOnce,
    meaning:
      'the table takes no facts, so the market looks at nothing. Read the log for its errors.',
  },
  {
    metricName: 'ControlUnread',
    ...atOnce,
    meaning:
      'parameters and halts cannot be read, so nothing is quoted. Read the log for the errors of the tables.',
  },
  {
    metricName: 'CannotPlace',
    minutes: 3,
    of: 10,
    meaning:
      'the venue refuses every quote of a side. Read its reasons in the log: margin, rights, a halt.',
  },
  {
    metricName: 'ResidualUnknown',
    minutes: 10,
    of: 15,
    meaning:
      'the venue marks another position than the books, or says none: nothing proves the P&L. Compare both.',
  },
  {
    metricName: 'OutcomeUnknown',
    minutes: 3,
    of: 10,
    meaning: 'again and again the venue does not say what became of an order. Look at its status.',
  },
  {
    metricName: 'LookFailed',
    minutes: 5,
    of: 10,
    meaning: 'again and again the venue could not be read. Look at its status and at our key.',
  },
];
