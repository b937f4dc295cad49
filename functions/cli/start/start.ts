import { MINUTE_MS, SECOND_MS } from '#shared/domain/time.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import type { MarketFeed } from '#shared/simulator/feed/feed.ts';
import { chosenSyntheticFeeds, chosenTapeFeeds } from '../chosen-feeds.ts';
import { createDecisionTally } from './decision-tally.ts';
import { VENUE_FEES } from '../exchange-feeds.ts';
import { endOnInterrupt } from '../interruption.ts';
import { jsonOutput } from '../json-output.ts';
import { LATENCY_MS, simulate } from '#shared/simulation/simulate.ts';
import { cloudHost, type Running } from '../local-cloud/cloud-host.ts';
import { paced } from '../paced.ts';
import { parameterNotes, parametersIn } from '../local-cloud/parameters-file.ts';
import { parametersOrTextbook } from '../local-cloud/textbook-parameters.ts';
import type { Terminal } from '../program.ts';
import { runFindings } from './run-findings.ts';
import { createRunProgress } from './run-progress.ts';
import { summaryTable } from './run-summary.ts';
import type { StartFlags } from './start-command.ts';

/**
 * A Monday, an hour and a half before a funding settlement, so that the check before it is in every
 * run of the default length.
 */
const SYNTHETIC_START: EpochMs = epochMs(Date.UTC(2026, 0, 5, 6, 30));
const SYNTHETIC_MINUTES = 130;
/**
 * The market is switched off this long before a tape ends, so that the last orders are cancelled in
 * a live market.
 */
const BEFORE_TAPE_ENDS_MS = 10 * SECOND_MS;

/** Makes markets, and prints what came of it. */
export async function start(flags: StartFlags, { print, printError }: Terminal): Promise<void> {
  const json = flags.json === undefined ? undefined : jsonOutput(flags.json, print);
  const feeds =
    flags.tape === undefined
      ? chosenSyntheticFeeds(flags.markets, flags.seed, SYNTHETIC_START, VENUE_FEES)
      : chosenTapeFeeds(flags.tape, flags.markets, VENUE_FEES);
  const startsAt = epochMs(Math.min(...feeds.map((feed) => feed.startsAt)));
  const stopAt = stopTime(feeds, startsAt, flags.minutes);
  const parameters = parametersOrTextbook(flags.params, feeds);
  const progress = createRunProgress(startsAt, stopAt);
  const endListening = endOnInterrupt(printError);
  const tally = createDecisionTally();
  let running: Running | undefined;
  const host = cloudHost({
    port: flags.port,
    onStart: (started) => {
      running = started;
      progress.say(whereToReach(started));
    },
  });
  const result = await simulate(
    {
      feeds,
      stopAt,
      parameters,
      fillModel: 'queue',
      latencyMs: LATENCY_MS,
      parametersOf: (market) => parametersIn(parameters, market, 'parameters'),
      beforeJump: paced(startsAt, flags.speed, progress.at),
      watch: { onDecision: (_market, made) => tally.decided(made) },
    },
    host,
  ).finally(() => {
    progress.stop();
    endListening();
  });
  const findings = runFindings(
    result,
    tally,
    running?.cloud,
    parameterNotes(
      parameters,
      feeds.map(({ spec }) => spec.symbol),
    ),
  );
  if (json?.isStandardOutput !== true)
    print(summaryTable(result, findings, process.stdout.columns));
  json?.write({ ...result, ...findings });
  const wrong = [
    ...result.problems.map((problem) => `the run is not sound: ${problem}`),
    ...findings.halts.map(({ market, text }) => `${market} was halted: ${text}`),
  ];
  if (wrong.length > 0) throw new Error(wrong.join('; '));
}

/** On lines of their own: a name that a terminal breaks cannot be copied. */
const whereToReach = ({ exchangeUrl, cloud }: Running): string =>
  [
    `exchange   ${exchangeUrl}`,
    `DynamoDB   ${cloud.tables.url}`,
    `parameters ${cloud.table('Parameters')}`,
  ].join('\n');

function stopTime(
  feeds: readonly MarketFeed[],
  startsAt: EpochMs,
  minutes: number | undefined,
): EpochMs {
  const ends = feeds.flatMap(({ endsAt }) =>
    endsAt === undefined ? [] : [endsAt - BEFORE_TAPE_ENDS_MS],
  );
  const wanted =
    startsAt +
    (minutes ?? (ends.length === 0 ? SYNTHETIC_MINUTES : Number.POSITIVE_INFINITY)) * MINUTE_MS;
  return epochMs(Math.max(startsAt, Math.min(wanted, ...ends)));
}
