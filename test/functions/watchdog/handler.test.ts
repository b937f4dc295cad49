import { afterEach, describe, expect, it, vi } from 'vitest';
import { lambdaPlatform } from '#shared/wiring/platform.ts';
import { createHandler } from '../../../functions/watchdog/handler.ts';

const ENVIRONMENT = {
  PARAMETERS_TABLE: 'parameters',
  STATE_TABLE: 'state',
  LEDGER_TABLE: 'ledger',
  VENUE: 'purple-flea',
  VENUE_BASE_URL: '',
  VENUE_SECRET_ID: 'secret',
  POWERTOOLS_SERVICE_NAME: 'paper-watchdog',
  DEPLOYMENT: 'paper',
};
const MARKET = 'purple-flea/BTC-PERP';

afterEach(() => vi.unstubAllEnvs());

describe('the watchdog of a venue without a base URL', () => {
  it('tells that it ran and nothing else, so that no alarm rings for a stage that trades nothing (F5)', async () => {
    vi.stubEnv('POWERTOOLS_DEV', 'false');
    vi.stubEnv('AWS_REGION', 'us-east-1');
    const written: string[] = [];
    const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      written.push(String(chunk));
      return true;
    });
    const handler = createHandler(ENVIRONMENT, lambdaPlatform());
    const report = await handler({ groups: [{ name: MARKET, markets: [MARKET] }] });
    stdout.mockRestore();
    expect(report.kind).toBe('stood-aside');
    const lines = written.join('').trim().split('\n');
    expect(lines).toHaveLength(1);
    const [emf] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(emf).toMatchObject({
      service: 'paper-watchdog',
      market: 'all',
      WatchdogRan: 1,
      _aws: {
        CloudWatchMetrics: [{ Metrics: [{ Name: 'WatchdogRan', Unit: 'Count' }] }],
      },
    });
  });
});
