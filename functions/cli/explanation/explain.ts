import type { DecisionRecord } from '#shared/market/output.ts';
import { directHost } from '#shared/simulation/direct-host.ts';
import { LATENCY_MS, simulate } from '#shared/simulation/simulate.ts';
import { InputError, InvariantError } from '#shared/domain/failure.ts';
import { utcTime } from '#shared/domain/time.ts';
import type { EpochMs } from '#shared/domain/units.ts';
import type { MarketFeed } from '#shared/simulator/feed/feed.ts';
import { checkedTapeFeeds, VENUE_FEES } from '../exchange-feeds.ts';
import type { ExplainFlags } from './explain-command.ts';
import { explanation } from './explanation.ts';
import { endOnInterrupt } from '../interruption.ts';
import { parametersIn } from '../local-cloud/parameters-file.ts';
import { parametersOrTextbook } from '../local-cloud/textbook-parameters.ts';
import type { Moment } from '../option-parsing.ts';
import type { Terminal } from '../program.ts';
import { createRunProgress } from '../start/run-progress.ts';

/** Trades the tape until then, and prints the decision in force. */
export async function explain(
  { tape, at, params }: ExplainFlags,
  { print, printError }: Terminal,
): Promise<void> {
  const feeds = checkedTapeFeeds([tape], undefined, VENUE_FEES);
  const [feed] = feeds;
  if (feed === undefined) throw new InvariantError('a tape is a market');
  const when = momentOn(feed, at);
  const parameters = parametersOrTextbook(params, feeds);
  const progress = createRunProgress(feed.startsAt, when);
  const endListening = endOnInterrupt(printError);
  let last: DecisionRecord | undefined;
  await simulate(
    {
      feeds,
      parameters,
      stopAt: when,
      fillModel: 'queue',
      latencyMs: LATENCY_MS,
      parametersOf: (market) => parametersIn(parameters, market, 'parameters'),
      beforeJump: progress.at,
      watch: {
        onDecision(_market, made) {
          if (made.view.now <= when) last = made;
        },
      },
    },
    directHost,
  ).finally(() => {
    progress.stop();
    endListening();
  });
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
