import type { MarketEvent } from '../../domain/trading/market-event.ts';
import { describeProblems } from '../../domain/parameters/parameter-reading.ts';
import {
  PARAMETERS,
  type ParameterName,
  type Parameters,
} from '../../domain/parameters/parameters.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import { leave } from '../leave.ts';
import { count, say, onward, type Turn, turn } from '../output.ts';
import { MARKET_BOUNDS, type Rules } from '../rules.ts';
import type { MarketState } from '../state.ts';

type Event<Kind extends MarketEvent['kind']> = Extract<MarketEvent, { kind: Kind }>;

/**
 * What people wrote and other functions set. A refused edit changes nothing: the last good version
 * stays in force and the refusal is said once. `mode` `off`, a mode nobody can read, and a halt end
 * the trading whatever else is wrong.
 */
export function onControl(
  state: MarketState,
  { askedAt, parameters, tilt, halt }: Event<'control'>,
  at: EpochMs,
  rules: Rules,
): Turn {
  const readAt = epochMs(Math.max(state.control.readAt, askedAt));
  const heard: MarketState = {
    ...state,
    control: { ...state.control, readAt, tilt, halt },
    // What the limits measure begins anew when it is lifted (E8).
    books: halt === undefined ? state.books : { ...state.books, equity: undefined },
  };
  const read =
    parameters.kind === 'accepted' ? inForce(heard, parameters) : refused(heard, parameters);
  return onward(read, (next) => stopped(next, parameters, at, rules));
}

/** What may not be traded by what people wrote is left. */
export function stopped(state: MarketState, reading: Reading, at: EpochMs, rules: Rules): Turn {
  const why = stopReason(state, reading, rules);
  return why === undefined ? turn(state) : leave(state, { how: 'stop', why }, at);
}

type Reading = Event<'control'>['parameters'];

function inForce(state: MarketState, reading: Extract<Reading, { kind: 'accepted' }>): Turn {
  const { control } = state;
  const settled = { ...state, control: { ...control, refused: undefined } };
  if (reading.version === control.parameters.version) return turn(settled);
  const changes = changesOf(control.parameters.values, reading.values);
  const { version, values } = reading;
  const sight = { ...state.sight, lookAgain: true };
  return turn(
    { ...settled, sight, control: { ...settled.control, parameters: { version, values } } },
    say('info', 'parameters in force', { version, changes }),
  );
}

function refused(state: MarketState, reading: Extract<Reading, { kind: 'refused' }>): Turn {
  if (reading.version === state.control.refused) return turn(state);
  const { version } = reading;
  const problems = describeProblems(reading);
  return turn(
    { ...state, control: { ...state.control, refused: version } },
    say('error', 'parameters refused, the last good ones stay in force', { problems }),
  );
}

/** Why nothing may be traded now, in a word. */
function stopReason(
  { control }: MarketState,
  reading: Reading,
  { spec }: Rules,
): string | undefined {
  const { mode } = control.parameters.values;
  if (control.halt !== undefined) return `halted: ${control.halt.text}`;
  if (mode === 'off') return 'mode is off';
  if (reading.kind === 'refused' && reading.mode === 'off') return 'mode is off';
  if (reading.kind === 'refused' && reading.mode === 'unreadable') return 'mode cannot be read';
  if (mode === 'paper' && !spec.simulated)
    return 'mode is paper and this venue trades real money: set mode to live to trade it';
  return undefined;
}

const shown = (value: Parameters[ParameterName]): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

/** `baseSpreadBps 5 -> 6`, one for each that differs. */
export function changesOf(before: Parameters, after: Parameters): readonly string[] {
  const names = Object.keys(PARAMETERS).filter((name): name is ParameterName => name in PARAMETERS);
  return names.flatMap((name) => {
    const [was, is] = [shown(before[name]), shown(after[name])];
    return was === is ? [] : [`${name} ${was} -> ${is}`];
  });
}

/**
 * The row of the breach that is being worked off: done, or still open. After it no other is asked
 * for before its executions are booked or the venue's lists must show them: neither they nor the
 * position may yet (C1).
 * After one that took nothing off, for whatever reason, the next waits, ever longer.
 */
export function onHedge(
  state: MarketState,
  event: Event<'hedge'>,
  at: EpochMs,
  { abilities }: Rules,
): Turn {
  const { open } = state.hedge;
  if (open === undefined || event.id !== open.id || event.open) return turn(state);
  const isHedged = event.outcome === 'hedged';
  const unhedgedInRow = isHedged ? 0 : state.hedge.unhedgedInRow + 1;
  const backOffMs = Math.min(
    MARKET_BOUNDS.hedgeBackOffMaxMs,
    MARKET_BOUNDS.hedgeRetryMs * 2 ** (unhedgedInRow - 1),
  );
  // One that was called off may have traded before.
  const shownMs =
    event.outcome === 'not-needed' ? 0 : abilities.listsLagMs + abilities.arrivesWithinMs;
  const waitMs = Math.max(isHedged ? 0 : backOffMs, shownMs);
  const notBefore = epochMs(at + waitMs);
  const { side, atMost } = open;
  // It trades away what is held by then, whichever way that is.
  const by = event.side ?? side;
  const reduced = event.reducedUsd > 0 ? { side: by, usd: event.reducedUsd } : undefined;
  const ended = shownMs === 0 ? undefined : { side, atMost, shownFrom: epochMs(at + shownMs) };
  const past = { endedId: event.id, unhedgedInRow, notBefore, reduced };
  const hedge = { ...state.hedge, ...past, open: undefined, ended };
  return turn(
    { ...state, hedge },
    say('info', 'hedge done', { hedgeId: event.id, outcome: event.outcome }),
    ...(event.outcome === 'gave-up' ? [count('HedgeGaveUp')] : []),
  );
}
