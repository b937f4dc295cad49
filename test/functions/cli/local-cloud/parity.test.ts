import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StepRecord } from '#shared/cycles/requote/group-deps.ts';
import { step } from '#shared/market/step.ts';
import { directHost } from '#shared/simulation/direct-host.ts';
import type { RunResult } from '#shared/simulation/result.ts';
import { simulate, type SimulationOptions } from '#shared/simulation/simulate.ts';
import { TEXTBOOK_PARAMETERS } from '../../../../functions/cli/local-cloud/textbook-parameters.ts';
import { madeUp, runOnCloud, simulation } from '../simulated-run.ts';

/** Fills, hedges, a funding check, a settlement, and one hand-over between invocations. */
const MINUTES = 20;

interface Watched {
  readonly result: RunResult;
  /** By session, in order: each has rules of its own. */
  readonly sessions: readonly (readonly StepRecord[])[];
}

async function watched(run: (options: SimulationOptions) => Promise<RunResult>): Promise<Watched> {
  const log: StepRecord[] = [];
  const options = simulation(madeUp(['ETH-PERP'], 1), MINUTES, TEXTBOOK_PARAMETERS);
  const result = await run({
    ...options,
    watch: { onStep: (_market, stepped) => log.push(stepped) },
  });
  return { result, sessions: [...Map.groupBy(log, ({ rules }) => rules).values()] };
}

interface Instant {
  readonly at: number;
  readonly heard: readonly unknown[];
  readonly wanted: readonly unknown[];
}

/**
 * What was heard and wanted at each instant. Answers of one instant come in any order, of which
 * only the last wish to be woken counts.
 */
const instants = (session: readonly StepRecord[]): readonly Instant[] =>
  [...Map.groupBy(session, ({ at }) => at)].map(([at, steps]) => {
    const outputs = steps.flatMap((stepped) => stepped.outputs);
    const lastWake = outputs.findLast(({ kind }) => kind === 'wake');
    return {
      at,
      heard: comparable(
        steps.map(({ event }) => event).toSorted((a, b) => a.kind.localeCompare(b.kind)),
      ),
      wanted: comparable([...outputs.filter(({ kind }) => kind !== 'wake'), lastWake]),
    };
  });

/**
 * Without what hosts name or count in ways of their own: invocations, and which request of an
 * instant came first to the exchange.
 */
function comparable(values: readonly unknown[]): readonly unknown[] {
  const text = JSON.stringify(values, (name: string, value: unknown) =>
    name === 'requestsLeftRatio' ? undefined : value,
  );
  return JSON.parse(text.replaceAll(/handed over to [^"]+/g, 'handed over')) as readonly unknown[];
}

describe('the same market on both hosts', () => {
  let cloud: Watched;
  let direct: Watched;
  beforeAll(async () => {
    cloud = await watched(async (options) => (await runOnCloud(options)).result);
    direct = await watched((options) => simulate(options, directHost));
  }, 180_000);

  it('does what is worth comparing: two sessions, fills, hedges, a settlement', () => {
    const market = cloud.result.markets['ETH-PERP'];
    expect(cloud.result.problems).toEqual([]);
    expect(cloud.sessions).toHaveLength(2);
    expect(market?.fills).toBeGreaterThan(50);
    expect(market?.hedges).toBeGreaterThan(3);
    expect(market?.fundingChecks).toBe(1);
    expect(Math.abs(market?.fundingUsd ?? 0)).toBeGreaterThan(0);
  });

  it.each(['cloud', 'direct'] as const)(
    'replays: the events of the %s host, heard again from the first state on, want the same and end at the same hash',
    (host) => {
      const { result, sessions } = { cloud, direct }[host];
      let hash = '';
      for (const session of sessions) {
        let state = structuredClone(session[0]!.before);
        for (const [index, { event, at, outputs, rules }] of session.entries()) {
          const again = step(state, event, at, rules);
          if (!isDeepStrictEqual(again.outputs, outputs))
            expect({ index, at, outputs: again.outputs }).toEqual({ index, at, outputs });
          ({ state } = again);
        }
        hash = state.tally.decisionsHash;
      }
      expect(hash).toMatch(/^[0-9a-f]{16}$/);
      expect(hash).toBe(result.markets['ETH-PERP']?.decisionsHash);
    },
  );

  it('hears and wants the same, instant by instant', () => {
    expect(direct.sessions).toHaveLength(cloud.sessions.length);
    for (const [number, session] of cloud.sessions.entries()) {
      const [ofCloud, ofDirect] = [instants(session), instants(direct.sessions[number] ?? [])];
      const differs = ofCloud.findIndex(
        (instant, index) => !isDeepStrictEqual(instant, ofDirect[index]),
      );
      if (differs >= 0)
        expect({ session: number, differs, ...ofDirect[differs] }).toEqual({
          session: number,
          differs,
          ...ofCloud[differs],
        });
      expect(ofDirect).toHaveLength(ofCloud.length);
    }
  });

  it('ends with the same figures, and the same hash of all decisions', () => {
    // Requests are counted at the exchange there and at the ports here; the rest is the clock's.
    const figuresOf = ({ markets }: RunResult): unknown =>
      Object.values(markets).map(({ requests, seconds, eventsPerSecond, ...figures }) => {
        expect(requests * seconds * eventsPerSecond).toBeGreaterThan(0);
        return figures;
      });
    expect(figuresOf(direct.result)).toEqual(figuresOf(cloud.result));
    expect(direct.result.total.decisionsHash).toBe(cloud.result.total.decisionsHash);
  });
});
