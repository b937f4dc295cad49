import type { MetricName } from './metric-name.ts';

type Call = 'Incident' | 'PlacingTrouble';

/**
 * What a person is called for, by the figure that its alarm looks at: each of these when it is
 * above its limit. An alarm asks for one figure, and there are more kinds of incidents than alarms.
 */
export const CALLED_FOR: Readonly<Record<Call, Readonly<Partial<Record<MetricName, number>>>>> = {
  Incident: {
    SessionFailed: 0,
    OrdersLeftBehind: 0,
    OddOrder: 0,
    PositionMismatch: 0,
    HedgeGaveUp: 0,
    EventNotPut: 0,
    FundingCheckFailed: 0,
    FactsPending: 0,
    ControlUnread: 0,
    // USD: parts of the P&L that miss the change in equity by more are a bug in the books.
    ResidualAbs: 0.01,
  },
  PlacingTrouble: { CannotPlace: 0, OutcomeUnknown: 0 },
};

/** The figure of the alarm that this one rings; undefined where it rings none. */
export const callFor = (name: MetricName, value: number): Call | undefined =>
  (['Incident', 'PlacingTrouble'] as const).find(
    (call) => value > (CALLED_FOR[call][name] ?? Infinity),
  );
