import { describe, expect, it } from 'vitest';
import { type EpochMs, epochMs } from '#shared/domain/units.ts';
import type { Output } from '#shared/market/output.ts';
import { LoneMarket, nothingKnown, rowsOf, said } from '../../builders/play/lone-market.ts';
import { START } from '../../builders/market.ts';

/** One that rests two quotes, and of which nobody reads what people wrote any more. */
function unread(requoteIntervalMs = 1000): LoneMarket {
  const market = new LoneMarket(nothingKnown({ requoteIntervalMs, maxQuoteAgeMs: 600_000 }));
  market.readsControl = false;
  market.sent(market.look(0));
  market.fills([]);
  return market;
}

/** A look a second for so long, every send of which is answered. */
function lookFor(market: LoneMarket, seconds: number): readonly Output[] {
  const outputs: Output[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const looked = market.look(1000, { orders: rowsOf(market.state) });
    outputs.push(...looked);
    if (looked.some(({ kind }) => kind === 'send')) outputs.push(...market.sent(looked));
  }
  return outputs;
}

const sends = (outputs: readonly Output[]): readonly string[] =>
  outputs.flatMap((output) =>
    output.kind === 'send' ? output.commands.map(({ kind }) => kind) : [],
  );

const counts = (outputs: readonly Output[]): number =>
  outputs.filter((output) => output.kind === 'count' && output.metric === 'ControlUnread').length;

const ofReading = (outputs: readonly Output[]): readonly string[] =>
  said(outputs).filter((words) => words.includes('read'));

function read(market: LoneMarket, askedAt: EpochMs): readonly Output[] {
  const parameters = { kind: 'accepted', ...market.state.control.parameters } as const;
  return market.hear({ kind: 'control', askedAt, parameters, tilt: undefined, halt: undefined });
}

describe('what people wrote', () => {
  it('and is not read for half a minute: what rests is cancelled, nothing is placed, and it is said once (C10)', () => {
    const market = unread();
    expect(sends(lookFor(market, 29))).toEqual([]);
    expect(sends(lookFor(market, 1))).toEqual(['cancel', 'cancel']);
    const later = lookFor(market, 29);
    expect(sends(later)).toEqual([]);
    expect(counts(later)).toBe(0);
    expect(market.state.leaving).toBeUndefined();
  });

  it('and is not read for a minute: it is stopped, said and counted twice in all (C10, E9)', () => {
    const market = unread();
    const outputs = lookFor(market, 70);
    expect(market.state.leaving?.leaving).toEqual({
      how: 'stop',
      why: 'what people wrote could not be read for a minute',
    });
    expect(market.state.leaving?.since).toBe(START + 60_000);
    expect(counts(outputs)).toBe(2);
    expect(ofReading(outputs)).toEqual([
      'what people wrote cannot be read: nothing is quoted until it is',
    ]);
  });

  it('wakes the market when it is too old, however far apart the looks are', () => {
    const market = unread(60_000);
    const wakes = market.outputs.flatMap((one) => (one.kind === 'wake' ? [one.at] : []));
    expect(wakes).toEqual([START + 30_000]);
    expect(market.time(30_000)).toContainEqual({ kind: 'ask', what: 'book' });
  });

  it('is quoted on again at once when it is read', () => {
    const market = unread();
    lookFor(market, 40);
    read(market, market.at);
    expect(sends(lookFor(market, 1))).toEqual(['place', 'place']);
  });

  it('is as old as its asking: a late answer to an early question proves nothing of now', () => {
    const market = unread();
    lookFor(market, 40);
    read(market, epochMs(START + 5000));
    expect(market.state.control.readAt).toBe(START + 5000);
    expect(sends(lookFor(market, 1))).toEqual([]);
    read(market, epochMs(START + 4000));
    expect(market.state.control.readAt).toBe(START + 5000);
  });
});
