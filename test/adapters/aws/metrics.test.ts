import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMetrics } from '#shared/adapters/aws/metrics.ts';
import { InvariantError } from '#shared/domain/failure.ts';
import type { Metrics } from '#shared/ports/metrics.ts';
import { callsOfGlobalConsole, linesOnStdio } from '#test/floors/captured-output.ts';

afterEach(() => vi.unstubAllEnvs());

interface Emf {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: unknown;
      readonly Metrics: unknown;
    }[];
  };
}

const parsed = (lines: readonly string[]): readonly Emf[] =>
  lines.map((line) => JSON.parse(line) as Emf);

describe.each([
  { where: 'in Lambda, on stdio', dev: 'false', capture: linesOnStdio },
  {
    where: 'in the local run, through the global console',
    dev: 'true',
    capture: callsOfGlobalConsole,
  },
])('the metrics $where', ({ dev, capture }) => {
  const metricsOf = (market: string): Metrics => {
    vi.stubEnv('POWERTOOLS_DEV', dev);
    return createMetrics({ namespace: 'Quotemill', service: 'requote', market });
  };

  it('counts once more what a person is called for, and only that (E9)', () => {
    const metrics = metricsOf('BTC-PERP');
    const lines = capture(() => {
      metrics.add('CannotPlace', 'Count', 0);
      metrics.add('ResidualAbs', 'None', 0.01);
      metrics.add('LookFailed', 'Count', 3);
      metrics.flush();
      metrics.add('CannotPlace', 'Count', 1);
      metrics.add('ResidualAbs', 'None', 0.02);
      metrics.add('OrdersLeftBehind', 'Count', 4);
      metrics.flush();
    });
    const [well, ill] = parsed(lines);
    expect(well).not.toHaveProperty('Incident');
    expect(well).not.toHaveProperty('PlacingTrouble');
    expect(ill).toMatchObject({ Incident: [1, 1], PlacingTrouble: 1, OrdersLeftBehind: 4 });
  });

  it('publishes one line of embedded metrics per flush, with the dimensions service and market only', () => {
    const metrics = metricsOf('BTC-PERP');
    const lines = capture(() => {
      metrics.add('FillCount', 'Count', 2);
      metrics.add('NetPnl', 'None', -1.25);
      metrics.add('Inventory', 'None', 12);
      metrics.add('Inventory', 'None', 14);
      metrics.flush();
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('\n');
    const [emf] = parsed(lines);
    expect(emf).toMatchObject({
      service: 'requote',
      market: 'BTC-PERP',
      FillCount: 2,
      NetPnl: -1.25,
      Inventory: [12, 14],
    });
    expect(emf!['_aws'].CloudWatchMetrics).toEqual([
      {
        Namespace: 'Quotemill',
        Dimensions: [['service', 'market']],
        Metrics: [
          { Name: 'FillCount', Unit: 'Count' },
          { Name: 'NetPnl', Unit: 'None' },
          { Name: 'Inventory', Unit: 'None' },
        ],
      },
    ]);
  });

  it('says nothing when there is nothing to publish, and forgets what it published', () => {
    const metrics = metricsOf('BTC-PERP');
    const lines = capture(() => {
      metrics.flush();
      metrics.add('FillCount', 'Count', 1);
      metrics.flush();
      metrics.flush();
      metrics.add('QuotesPlaced', 'Count', 4);
      metrics.flush();
    });
    expect(parsed(lines)).toHaveLength(2);
    expect(parsed(lines)[1]).not.toHaveProperty('FillCount');
  });

  it('neither loses nor mixes the figures of two markets in one process', () => {
    const [btc, eth] = [metricsOf('BTC-PERP'), metricsOf('ETH-PERP')];
    const lines = capture(() => {
      btc.add('FillCount', 'Count', 1);
      eth.add('FillCount', 'Count', 10);
      btc.add('QuotesPlaced', 'Count', 2);
      btc.flush();
      eth.flush();
    });
    expect(parsed(lines)).toMatchObject([
      { market: 'BTC-PERP', FillCount: 1, QuotesPlaced: 2 },
      { market: 'ETH-PERP', FillCount: 10 },
    ]);
    expect(parsed(lines)[1]).not.toHaveProperty('QuotesPlaced');
  });

  it('publishes every one of more values than a line may hold', () => {
    const metrics = metricsOf('BTC-PERP');
    const lines = capture(() => {
      for (let value = 0; value < 250; value += 1) metrics.add('Inventory', 'None', value);
      metrics.flush();
    });
    const values = parsed(lines).flatMap(
      (line) => (line as unknown as { readonly Inventory: readonly number[] }).Inventory,
    );
    expect(values).toEqual(Array.from({ length: 250 }, (_, value) => value));
  });

  it.each([Number.NaN, Infinity])('refuses %d, which would be published as null', (value) => {
    const metrics = metricsOf('BTC-PERP');
    expect(() => metrics.add('BeyondCap', 'None', value)).toThrow(
      new InvariantError(`metric BeyondCap must be finite, was ${value}`),
    );
  });
});
