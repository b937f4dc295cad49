import { describe, expect, it } from 'vitest';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { bps } from '#shared/domain/units.ts';
import type { ReachState } from '#shared/strategy/calibration/calibrate-reach.ts';
import {
  type IntensityState,
  newIntensity,
  observeRested,
} from '#shared/strategy/calibration/rested-quotes.ts';
import { avellanedaStoikov } from '#shared/strategy/models/avellaneda-stoikov.ts';
import { type ChosenSpread, chooseSpread } from '#shared/strategy/models/choose-spread.ts';
import { glft } from '#shared/strategy/models/glft.ts';
import type { SpreadInput } from '#shared/strategy/models/spread-input.ts';
import { aBrain, after, parameters, START } from '#test/builders/market.ts';
import { codesOf, fixed } from '../decisions.ts';

type Regime = SpreadInput['volatility']['regime'];

interface Wanted extends Partial<Omit<SpreadInput, 'parameters' | 'volatility'>> {
  /** Null: nobody knows. */
  readonly hourly?: number | null;
  readonly regime?: Regime;
}

const volatilityOf = (hourly: number | undefined, regime: Regime): SpreadInput['volatility'] => ({
  hourly,
  opinions: { squares: undefined, bipower: undefined, range: undefined, venue: undefined },
  disagreement: undefined,
  regime,
  reasons: [],
});

function choose(
  attributes: Partial<Parameters>,
  { hourly = 0.006, regime = 'low', widening = 1, ...over }: Wanted = {},
): ChosenSpread {
  return chooseSpread({
    parameters: parameters({ maxSpreadBps: 5000, ...attributes }).values,
    fees: { makerBps: bps(0), takerBps: bps(0) },
    volatility: volatilityOf(hourly ?? undefined, regime),
    widening,
    cadence: { secondsToNextRequote: 0, latencySeconds: 0 },
    inventoryRatio: 0,
    targetRatio: 0,
    capUsd: 1000,
    brain: aBrain,
    ...over,
  });
}

/** 0.6 % an hour: exactly 1 bp per square root of a second. */
const SIGMA = 1;
const KNOWN = { fillDecay: 0.4, arrivalRate: 0.2, riskAversion: 0.01, horizonSeconds: 100 };

const GLFT = { spreadModel: 'glft', ...KNOWN } as const;

describe('chooseSpread', () => {
  it('quotes avellaneda-stoikov in bps, quotes and seconds as the formula does (A4)', () => {
    const { spreadBps, shiftBps, model } = choose(
      { spreadModel: 'avellaneda-stoikov', ...KNOWN },
      { inventoryRatio: 0.3, targetRatio: 0.1 },
    );
    // Two of ten quotes beyond the target are held.
    const expected = avellanedaStoikov({
      mid: 0,
      inventory: 2,
      sigma: SIGMA,
      gamma: 0.01,
      k: 0.4,
      timeLeft: 100,
    });
    expect(spreadBps).toBeCloseTo(expected.spread, 9);
    expect(shiftBps).toBeCloseTo(expected.reservationPrice, 9);
    expect(shiftBps).toBeCloseTo(-2 * 0.01 * 1 * 100, 9);
    expect(model.name).toBe('avellaneda-stoikov');
  });

  it('quotes glft by its exact form, and by its closed one where the cap is hundreds of quotes away (A5)', () => {
    const near = choose(GLFT, { inventoryRatio: 0.3 });
    const market = {
      sigma: SIGMA,
      gamma: 0.01,
      k: 0.4,
      arrivalRate: 0.2,
      maxInventory: 10,
      drift: 0,
    };
    const exact = glft({ ...market, inventory: 3, form: 'exact' });
    expect(near.spreadBps).toBeCloseTo(Number(exact.bidOffset) + Number(exact.askOffset), 9);
    expect(near.shiftBps).toBeCloseTo((Number(exact.askOffset) - Number(exact.bidOffset)) / 2, 9);
    expect(near.shiftBps).toBeLessThan(0);
    const far = choose(GLFT, { inventoryRatio: 0.5, capUsd: 100_000 });
    const closed = glft({ ...market, maxInventory: 1000, inventory: 500, form: 'closed' });
    expect(far.shiftBps).toBeCloseTo((Number(closed.askOffset) - Number(closed.bidOffset)) / 2, 9);
  });

  it('has both prices of glft also at the cap, where C1 withdraws one (A5, C1)', () => {
    for (const inventoryRatio of [-5, -1, 1, 5]) {
      const { spreadBps, shiftBps } = choose(GLFT, { inventoryRatio });
      expect(Number.isFinite(spreadBps) && Number.isFinite(shiftBps)).toBe(true);
      expect(Math.sign(shiftBps)).toBe(-Math.sign(inventoryRatio));
    }
    expect(choose({ ...GLFT, quoteSizeUsd: 1000 }, { inventoryRatio: 0.9 }).shiftBps).toBeCloseTo(
      0,
      9,
    );
  });

  it('leans glft to the funding tilt by its drift: at the target nothing is shifted (A5, A15)', () => {
    const far = { capUsd: 100_000 };
    const at = (inventoryRatio: number): number =>
      choose(GLFT, { ...far, inventoryRatio, targetRatio: 0.2 }).shiftBps;
    expect(at(0.2)).toBeCloseTo(0, 9);
    expect(at(0)).toBeGreaterThan(0);
    expect(at(0.4)).toBeLessThan(0);
    const bounded = choose(GLFT, { inventoryRatio: 0, targetRatio: 0.2 });
    expect(bounded.shiftBps).toBeGreaterThan(0);
  });

  it('reuses what glft solved while its figures stay the same, which two digits of volatility keep (A5)', () => {
    const first = choose(GLFT, { hourly: 0.006_01 });
    const again = choose(GLFT, {
      hourly: 0.006_04,
      brain: { ...aBrain, solved: first.model.solved },
    });
    expect(again.model.solved).toBe(first.model.solved);
    const other = choose(GLFT, { hourly: 0.007, brain: { ...aBrain, solved: first.model.solved } });
    expect(other.model.solved).not.toBe(first.model.solved);
    expect(choose(GLFT, { hourly: 0 }).spreadBps).toBeGreaterThan(0);
  });

  it.each(['glft', 'avellaneda-stoikov'] as const)(
    'falls back to additive with the reason while %s knows too little (A3, A4, A5)',
    (spreadModel) => {
      const thin = choose({ spreadModel });
      expect(thin.model.name).toBe('additive');
      expect(codesOf(thin)).toEqual(['calibration-thin']);
      expect(thin.spreadBps).toBeCloseTo(choose({ spreadModel: 'additive' }).spreadBps, 12);
      const blind = choose({ spreadModel, ...KNOWN }, { hourly: null });
      expect(blind.model.name).toBe('additive');
      const halfKnown = choose({ spreadModel, fillDecay: 0.4 });
      expect(halfKnown.model.name).toBe(spreadModel === 'glft' ? 'additive' : spreadModel);
    },
  );

  it('learns k and the arrival rate from our own fills, else from how far takers reach; what people set counts more (A4, A5)', () => {
    const reach: ReachState = { at: START, events: 400, distance: 800, seconds: 4000 };
    const byReach = choose({ spreadModel: 'glft' }, { brain: { ...aBrain, reach } });
    expect(byReach.model).toMatchObject({ name: 'glft', intensity: { k: 0.5, arrivalRate: 0.1 } });
    const intensity = fromFills(0.25, 0.3);
    const byFills = choose({ spreadModel: 'glft' }, { brain: { ...aBrain, reach, intensity } });
    expect(byFills.model.intensity?.k).toBeGreaterThan(0.15);
    expect(byFills.model.intensity?.k).toBeLessThan(0.35);
    const set = choose({ spreadModel: 'glft', arrivalRate: 7 }, { brain: { ...aBrain, reach } });
    expect(set.model.intensity).toEqual({ k: 0.5, arrivalRate: 7 });
  });

  it('scales the base of additive, and nothing else, by the regime (A3, A10)', () => {
    const at = (regime: Regime): number =>
      choose({ spreadModel: 'additive' }, { hourly: 0.02, regime, inventoryRatio: 0.5 }).spreadBps;
    expect(at('low')).toBeCloseTo(5 + 12.5 + 2.5, 9);
    expect(at('medium')).toBeCloseTo(7.5 + 12.5 + 2.5, 9);
    expect(at('high')).toBeCloseTo(15 + 12.5 + 2.5, 9);
  });

  it('adds what staleness costs to every model but fixed: 0.532 sigma sqrt(dt) on each side (A4, A5, A3)', () => {
    const stale = { cadence: { secondsToNextRequote: 9, latencySeconds: 0 } };
    for (const spreadModel of ['additive', 'avellaneda-stoikov', 'glft'] as const) {
      const [still, slow] = [
        choose({ spreadModel, ...KNOWN }),
        choose({ spreadModel, ...KNOWN }, stale),
      ];
      expect(slow.spreadBps - still.spreadBps).toBeCloseTo(
        2 * (2 / 3) * Math.sqrt(2 / Math.PI) * SIGMA * 3,
        6,
      );
    }
    expect(choose({ spreadModel: 'fixed' }, stale).spreadBps).toBe(
      choose({ spreadModel: 'fixed' }).spreadBps,
    );
    expect(choose({ spreadModel: 'additive' }, { ...stale, hourly: null }).stalenessBps).toBe(0);
  });

  it('multiplies by what the signals ask for, then caps, then pays for the fees of both sides (A13, A18, A2)', () => {
    const at10 = (over: Partial<Parameters>, wanted: Wanted = {}): ChosenSpread =>
      choose(fixed(10, over), wanted);
    expect(at10({}, { widening: 2.5 }).spreadBps).toBe(25);
    expect(at10({ maxSpreadBps: 20 }, { widening: 2.5 })).toMatchObject({
      spreadBps: 20,
      reasons: [{ code: 'spread-capped' }],
    });
    const dear = { fees: { makerBps: bps(8), takerBps: bps(9) } };
    expect(at10({}, dear)).toMatchObject({
      spreadBps: 16,
      reasons: [{ code: 'spread-floored' }],
    });
    expect(at10({ allowBelowCost: true }, dear).spreadBps).toBe(10);
    expect(at10({ minSpreadBps: 12 }).spreadBps).toBe(12);
    expect(choose({ spreadModel: 'grid', gridLowerPrice: 1, gridUpperPrice: 2 }).model.name).toBe(
      'additive',
    );
  });
});

/** What our quotes at 1 to 10 bps would have taught in an hour, by the expected number of fills. */
function fromFills(k: number, arrivalRate: number): IntensityState {
  const state = observeRested(
    newIntensity({ bucketWidth: 1, bucketCount: 60, halfLifeSeconds: 1e9 }),
    [],
    START,
  );
  const quotes = Array.from({ length: 10 }, (_, index) => {
    const distance = index + 0.5;
    return { distance, seconds: 3600, fills: arrivalRate * Math.exp(-k * distance) * 3600 };
  });
  return observeRested(state, quotes, after(3_600_000));
}
