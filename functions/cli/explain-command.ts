import { type Command, Option } from 'commander';
import type { DecisionRecord } from '#shared/cycles/requote/decision-record.ts';
import { InputError, InvariantError } from '#shared/domain/failure.ts';
import { utcTime } from '#shared/domain/time.ts';
import type { EpochMs } from '#shared/domain/units.ts';
import type { MarketFeed } from '#shared/simulator/feed/feed.ts';
import { checkedTapeFeeds, VENUE_FEES } from './exchange-feeds.ts';
import { explanation } from './explanation/explanation.ts';
import { LATENCY_MS, runMarketMaking } from './local-cloud/market-making-run.ts';
import { parametersOrTextbook } from './local-cloud/textbook-parameters.ts';
import { moment, type Moment } from './option-parsing.ts';
import type { Terminal } from './program.ts';
import { createRunProgress } from './run-progress.ts';

interface ExplainFlags {
  readonly tape: string;
  readonly at: Moment;
  readonly params?: string;
}

/**
 * `quotemill explain`: trades a recorded market as `start` does until a time, and prints how the
 * decision then in force came about.
 */
export function addExplainCommand(program: Command, terminal: Terminal): void {
  program
    .command('explain')
    .description(
      'Print the whole reasoning of one decision on a recorded market: what it saw, what each stage made of it, and why.',
    )
    .addOption(new Option('--tape <file>', 'recorded market').makeOptionMandatory())
    .addOption(
      new Option('--at <time>', 'UTC: 2025-09-04T20:00:00Z, 20:00:00 of the tape, or epoch ms')
        .argParser(moment)
        .makeOptionMandatory(),
    )
    .addOption(new Option('--params <file>', 'as of `start`; {} for the built-in defaults'))
    .action(async (flags: ExplainFlags) => explain(flags, terminal));
}

async function explain({ tape, at, params }: ExplainFlags, { print }: Terminal): Promise<void> {
  const feeds = checkedTapeFeeds([tape], undefined, VENUE_FEES);
  const [feed] = feeds;
  if (feed === undefined) throw new InvariantError('a tape is a market');
  const when = momentOn(feed, at);
  const parameters = parametersOrTextbook(params, feeds);
  const progress = createRunProgress(feed.startsAt, when);
  let last: DecisionRecord | undefined;
  await runMarketMaking({
    feeds,
    stopAt: when,
    parameters,
    fillModel: 'queue',
    latencyMs: LATENCY_MS,
    port: 0,
    speed: undefined,
    onTime: progress.at,
    onDecision: (made) => {
      if (made.view.now <= when) last = made;
    },
  }).finally(progress.stop);
  if (last === undefined)
    throw new InputError(
      `--at ${utcTime(when)}: nothing had been decided by then; allowed: some seconds later`,
    );
  print(explanation(last, when));
}

function momentOn(feed: MarketFeed, at: Moment): EpochMs {
  const when = at(feed.startsAt);
  const endsAt = feed.endsAt ?? when;
  if (when >= feed.startsAt && when <= endsAt) return when;
  throw new InputError(
    `--at ${utcTime(when)} is not on the tape; allowed: a time from ${utcTime(feed.startsAt)} to ${utcTime(endsAt)}, a bare time of day is of its first 24 hours`,
  );
}
