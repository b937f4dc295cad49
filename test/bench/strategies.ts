/**
 * The spread models, each with the built-in defaults, and the source texts' bots with the same
 * order size and limit, side by side on recorded markets, with the fees of `VENUE_FEES` and both
 * fill models: `npm run bench:strategies -- TAPE...`. No model hedges, so that the figures are the
 * quotes' own; the bots hedge as their texts say. A model's spread income is reckoned at the first
 * mid it saw after a fill, a bot's at the mid of the fill: net and markouts are of one measure.
 */
import Table from 'cli-table3';
import { basename } from 'node:path';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { epochMs } from '#shared/domain/units.ts';
import { botHost } from '#shared/simulation/bots/bot-host.ts';
import { BOTS } from '#shared/simulation/bots/bots.ts';
import { directHost } from '#shared/simulation/direct-host.ts';
import type { Host } from '#shared/simulation/host.ts';
import type { RunResult } from '#shared/simulation/result.ts';
import { simulate } from '#shared/simulation/simulate.ts';
import type { FillModel } from '#shared/simulator/exchange/matching/queue-position.ts';
import { endOf, tapeFeeds, VENUE_FEES } from '../../functions/cli/exchange-feeds.ts';
import { parametersIn } from '../../functions/cli/local-cloud/parameters-file.ts';

const MODELS: readonly Parameters['spreadModel'][] = [
  'fixed',
  'additive',
  'avellaneda-stoikov',
  'glft',
];
const FILL_MODELS: readonly FillModel[] = ['trade-through', 'queue'];
const LATENCY_MS = 100;
/** The market is switched off then, so that the last orders are cancelled while it still moves. */
const BEFORE_END_MS = 60_000;
/** Nothing is ever held that calls for a hedge. */
const NOBODY_HEDGES = { hedgeThresholdUsd: 1_000_000_000 };

const extra: unknown = JSON.parse(process.env['QUOTEMILL_PARAMETERS'] ?? '{}');
const attributes: Readonly<Record<string, unknown>> =
  typeof extra === 'object' && extra !== null ? { ...extra } : {};
const STRATEGIES = [
  ...MODELS.map((spreadModel) => ({
    name: spreadModel,
    host: directHost,
    written: { ...attributes, spreadModel },
  })),
  ...BOTS.map((bot) => ({ name: bot.name, host: botHost(bot), written: attributes })),
];
const tapes = process.argv.slice(2);
if (tapes.length === 0) {
  console.error('usage: npm run bench:strategies -- TAPE...');
  process.exit(2);
}
for (const tape of tapes) {
  const table = new Table({
    head: [
      'fills by',
      'strategy',
      'requests',
      'quotes',
      'fills',
      'volume',
      'spread inc.',
      'maker fees',
      'taker fees',
      'hedge cost',
      'inventory',
      'funding',
      'net USD',
      'bps of vol.',
      '30 s markout',
      'adverse',
      'max |inv|',
      'drawdown',
      'residual',
    ],
    style: { head: [], border: [], compact: true },
  });
  for (const fillModel of FILL_MODELS)
    for (const { name, host, written } of STRATEGIES)
      table.push([fillModel, name, ...row(await play(tape, fillModel, host, written))]);
  console.log(`${basename(tape)}\n${table.toString()}`);
}

function row({ markets }: RunResult): readonly string[] {
  const [market] = Object.values(markets);
  if (market === undefined) throw new Error('no market');
  const usd = (value: number): string => value.toFixed(2);
  const { markoutBps, adverseSelectionRatio: adverse, volumeUsd, netPnlUsd } = market;
  return [
    String(market.requests),
    String(market.quotesPlaced),
    String(market.fills),
    volumeUsd.toFixed(0),
    usd(market.spreadIncomeUsd),
    usd(market.makerFeesUsd),
    usd(market.takerFeesUsd),
    usd(market.hedgeCostUsd),
    usd(market.inventoryPnlUsd),
    usd(market.fundingUsd),
    usd(netPnlUsd),
    volumeUsd > 0 ? ((netPnlUsd / volumeUsd) * 10_000).toFixed(2) : '-',
    markoutBps['30s']?.toFixed(2) ?? '-',
    adverse === undefined ? '-' : `${(adverse * 100).toFixed(0)} %`,
    market.maxAbsInventoryUsd.toFixed(0),
    usd(-market.maxDrawdownUsd),
    market.residualUsd.toExponential(0),
  ];
}

function play(
  tape: string,
  fillModel: FillModel,
  host: Host,
  written: Readonly<Record<string, unknown>>,
): Promise<RunResult> {
  const feeds = tapeFeeds([tape], undefined, VENUE_FEES);
  const parameters = { DEFAULT: { ...NOBODY_HEDGES, ...written } };
  return simulate(
    {
      feeds,
      fillModel,
      parameters,
      latencyMs: LATENCY_MS,
      stopAt: epochMs((endOf(feeds) ?? 0) - BEFORE_END_MS),
      parametersOf: (market) => parametersIn(parameters, market, 'QUOTEMILL_PARAMETERS'),
    },
    host,
  );
}
