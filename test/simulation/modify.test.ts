import { beforeAll, describe, expect, it } from 'vitest';
import type { ModifyAbility } from '#shared/domain/venue/venue-abilities.ts';
import { createDirectHost } from '#shared/simulation/direct-host.ts';
import type { RunResult } from '#shared/simulation/result.ts';
import { simulate } from '#shared/simulation/simulate.ts';
import { TEXTBOOK_PARAMETERS } from '../../functions/cli/local-cloud/textbook-parameters.ts';
import { modifying } from '../builders/play/modifying.ts';
import { madeUp, simulation } from '../functions/cli/simulated-run.ts';

/** Fills, hedges, a funding check, a settlement and two hand-overs. */
const MINUTES = 30;

interface Played {
  readonly result: RunResult;
  /** Commands that change an order at the venue, by kind. */
  readonly sent: Readonly<Record<string, number>>;
}

async function played(modify: ModifyAbility, seed: number, written: object = {}): Promise<Played> {
  const sent: Record<string, number> = { place: 0, modify: 0, cancel: 0 };
  const parameters = { DEFAULT: { ...TEXTBOOK_PARAMETERS['DEFAULT'], ...written } };
  const result = await simulate(
    {
      ...simulation(madeUp(['ETH-PERP', 'BTC-PERP'], seed), MINUTES, parameters),
      watch: {
        onStep(_market, { outputs }) {
          for (const output of outputs)
            for (const { kind } of output.kind === 'send' ? output.commands : [])
              sent[kind] = (sent[kind] ?? 0) + 1;
        },
      },
    },
    createDirectHost(modifying(modify)),
  );
  return { result, sent };
}

const writes = ({ sent }: Played): number =>
  Object.values(sent).reduce((sum, count) => sum + count, 0);

const PARTS = [
  'spreadIncomeUsd',
  'makerFeesUsd',
  'takerFeesUsd',
  'inventoryPnlUsd',
  'hedgeCostUsd',
  'fundingUsd',
] as const;

describe.each([1, 2])('made-up markets (seed %i) on a venue that modifies', (seed) => {
  let [replacing, back, inPlace]: readonly (Played | undefined)[] = [];
  beforeAll(async () => {
    replacing = await played('none', seed);
    back = await played('to-the-back', seed);
    inPlace = await played('shrinks-in-place', seed);
  }, 60_000);

  it('are traded by the same laws: cap kept, books closed, nothing left behind', () => {
    for (const one of [replacing, back, inPlace]) {
      // An unexplained change in equity, a fill beyond the cap, an order at the end are problems.
      expect(one?.result.problems).toEqual([]);
      for (const market of Object.values(one?.result.markets ?? {})) {
        expect(market.fills).toBeGreaterThan(50);
        expect(market.hedges).toBeGreaterThan(3);
        expect(market.fillsBeyondCap).toBe(0);
        expect(Math.abs(market.residualUsd)).toBeLessThan(1e-6);
        const parts = PARTS.reduce((sum, part) => sum + market[part], 0);
        expect(parts).toBeCloseTo(market.netPnlUsd, 9);
      }
    }
  });

  it('take fewer commands and requests for as many quotes, and are quoted as much', () => {
    if (replacing === undefined) throw new Error('it was not played');
    expect(replacing.sent['modify']).toBe(0);
    for (const one of [back, inPlace]) {
      if (one === undefined) throw new Error('it was not played');
      expect(one.sent['modify']).toBeGreaterThan(one.sent['cancel'] ?? 0);
      expect(writes(one)).toBeLessThan(writes(replacing) * 0.75);
      const [with_, without] = [one.result.total, replacing.result.total];
      expect(with_.requests).toBeLessThan(without.requests * 0.95);
      expect(with_.quotesPlaced).toBeGreaterThan(without.quotesPlaced * 0.9);
      expect(with_.twoSidedUptime).toBeGreaterThan(without.twoSidedUptime * 0.95);
    }
  });
});

it('a market whose cap has no room for both orders of a modify keeps it all the same', async () => {
  const { result, sent } = await played('to-the-back', 3, {
    maxInventoryUsd: 450,
    quoteSizeUsd: 300,
  });
  expect(result.problems).toEqual([]);
  expect(result.total.fills).toBeGreaterThan(20);
  expect(sent['cancel']).toBeGreaterThan(20);
}, 60_000);
