import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createDocumentClient } from '#shared/adapters/dynamodb/table/document-client.ts';
import type { MarketSymbol } from '#shared/domain/venue/market.ts';
import { marketId } from '#shared/domain/venue/market-id.ts';
import { SECOND_MS } from '#shared/domain/time.ts';
import { awsCalls, type AwsCalls, type DeployedFunction } from './aws-calls.ts';
import { bootstrap, deploy, type Deployed, grantSecret, type StateOutputs } from './deploy.ts';
import { type Emulator, keptFile, REGION, ROOT_KEY, startEmulator } from './emulator.ts';
import { type LiveExchange, startLiveExchange, VENUE_KEY, wallClock } from './live-exchange.ts';
import { liveMarket, type LiveMarket } from './live-market.ts';
import { openRecords, type Records } from './records.ts';

const SYMBOLS = ['BTC-PERP', 'ETH-PERP'] as const;

export const MARKETS: readonly MarketSymbol[] = SYMBOLS;

/**
 * The product as a person has it after `cdk deploy`, filling the secret and writing parameters; its
 * venue; and a look into both.
 */
export interface Cloud {
  readonly emulator: Emulator;
  readonly exchange: LiveExchange;
  readonly markets: Readonly<Record<(typeof SYMBOLS)[number], LiveMarket>>;
  readonly aws: AwsCalls;
  readonly tables: StateOutputs;
  readonly records: Records;
  readonly functions: readonly DeployedFunction[];
  requoteOf(market: MarketSymbol): DeployedFunction;
  /** By what its service name ends with. */
  functionCalled(name: 'hedge' | 'funding-check'): DeployedFunction;
  deployAgain(): Promise<Deployed>;
  /**
   * For a person, after something went wrong: ends the sessions, since a log is whole only when its
   * invocation has ended.
   */
  lastWords(): Promise<string>;
  /** Ends everything that was started, whatever state it is in. */
  stop(): Promise<void>;
}

/**
 * Starts the exchange and the emulator and deploys; `parameters` are for all markets. When that
 * fails, nothing stays behind but logs.
 */
export async function startCloud(parameters: Readonly<Record<string, unknown>>): Promise<Cloud> {
  const folder = mkdtempSync(join(tmpdir(), 'quotemill-cloud-'));
  const started: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0).toReversed()) await end();
    rmSync(folder, { recursive: true, force: true });
  };
  let emulator: Emulator | undefined;
  try {
    const { exchange, markets } = await openExchange();
    started.push(exchange.close);
    emulator = await startEmulator(folder);
    started.push(emulator.stop);
    const deployed = await deployTo(emulator, exchange.url, folder);
    await deployed.records.editParameters('DEFAULT', parameters);
    const log = emulator.logTail;
    const lastWords = async (): Promise<string> =>
      `${log()}\n${await functionLogs(deployed).catch(String)}`;
    return { ...deployed, emulator, exchange, markets, lastWords, stop };
  } catch (error) {
    const log = emulator?.logTail() ?? '';
    await stop();
    throw new Error(`the cloud did not start; the emulator's log ends:\n${log}`, { cause: error });
  }
}

async function openExchange(): Promise<Pick<Cloud, 'exchange' | 'markets'>> {
  const startsAt = wallClock();
  const markets = {
    'BTC-PERP': liveMarket({
      symbol: 'BTC-PERP',
      startsAt,
      mid: 60_000,
      tick: 1,
      lot: 0.00001,
      fundingRate: 0.0005,
    }),
    'ETH-PERP': liveMarket({
      symbol: 'ETH-PERP',
      startsAt,
      mid: 3000,
      tick: 0.1,
      lot: 0.0001,
      fundingRate: 0.0001,
    }),
  };
  return { exchange: await startLiveExchange(Object.values(markets), startsAt), markets };
}

type DeployedCloud = Omit<Cloud, 'emulator' | 'exchange' | 'markets' | 'lastWords' | 'stop'>;

async function deployTo(
  emulator: Emulator,
  venueBaseUrl: string,
  folder: string,
): Promise<DeployedCloud> {
  const aws = awsCalls(emulator.endpoint);
  await bootstrap(emulator);
  const deployAgain = async (): Promise<Deployed> => deploy(emulator, venueBaseUrl, folder);
  const { outputs } = await deployAgain();
  const functions = await aws.functions();
  await grantSecret(emulator, functions, outputs.VenueKeysSecretArn);
  await fillSecret(emulator, outputs.VenueKeysSecretArn);
  const only = (
    what: string,
    fits: (variables: Readonly<Record<string, string>>) => boolean,
  ): DeployedFunction => {
    const [found, ...more] = functions.filter(({ Environment }) => fits(Environment.Variables));
    if (found === undefined || more.length > 0)
      throw new Error(`there must be one function ${what}`);
    return found;
  };
  return {
    aws,
    tables: outputs,
    records: openRecords(
      createDocumentClient({ endpoint: emulator.endpoint, region: REGION, credentials: ROOT_KEY }),
      outputs,
    ),
    functions,
    requoteOf: (market) =>
      only(`for ${market}`, ({ MARKETS: traded }) => traded === marketId('purple-flea', market)),
    functionCalled: (name) =>
      only(name, ({ POWERTOOLS_SERVICE_NAME = '' }) =>
        POWERTOOLS_SERVICE_NAME.endsWith(`-${name}`),
      ),
    deployAgain,
  };
}

/** As the README tells a person to. */
async function fillSecret({ endpoint }: Emulator, secret: string): Promise<void> {
  const client = new SecretsManagerClient({ endpoint, region: REGION, credentials: ROOT_KEY });
  const SecretString = JSON.stringify({ 'purple-flea': { apiKey: VENUE_KEY } });
  await client.send(new PutSecretValueCommand({ SecretId: secret, SecretString }));
  client.destroy();
}

const SESSIONS_END_WITHIN_MS = 15 * SECOND_MS;
const LINES_SHOWN = 60;
const CHARACTERS_SHOWN = 300;

async function functionLogs({ aws, functions, records }: DeployedCloud): Promise<string> {
  await records.editParameters('DEFAULT', { mode: 'off' });
  for (const market of MARKETS) await records.editParameters(market, {});
  await sleep(SESSIONS_END_WITHIN_MS);
  const lines = (
    await Promise.all(
      functions.map(async ({ LoggingConfig }) => aws.logLines(LoggingConfig.LogGroup)),
    )
  ).flat();
  writeFileSync(keptFile('cloud-functions.log'), lines.join('\n'));
  return lines
    .slice(-LINES_SHOWN)
    .map((line) => line.slice(0, CHARACTERS_SHOWN))
    .join('\n');
}
