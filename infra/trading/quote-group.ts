import { Duration, Tags } from 'aws-cdk-lib';
import { ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Construct, type IConstruct } from 'constructs';
import type { Stage } from '#shared/schema/deployment.ts';
import { groupsOf, type QuotingGroup } from '#shared/schema/quoting-groups.ts';
import type { RequoteEvent } from '#shared/schema/events.ts';
import { FunctionSchedule } from './function-schedule.ts';
import type { QuotedMarket } from '../watch/metrics.ts';
import { ledgerPartitionsOf, statePartitionsOf } from './table-rights.ts';
import { TradingFunction } from './trading-function.ts';
import {
  bindVenueKeysAndBus,
  serviceNameOf,
  standsAside,
  type TradingGround,
  venueEnvironment,
} from './trading-ground.ts';

const TIMEOUT = Duration.minutes(15);
/** The loop's own limit, for where the time that a function has left cannot be trusted. */
const SESSION = Duration.minutes(14);
const PERIOD = Duration.minutes(1);

/**
 * A market takes half a hundredth of a processor, of which 256 MB are a seventh; a group also
 * begins its markets anew together.
 */
const MOST_IN_LITTLE_MEMORY = 10;
const LITTLE_MEMORY_MB = 256;
const MUCH_MEMORY_MB = 512;

/** So many other markets tell a joint move; each is a read four times a minute. */
const MOST_PEERS = 9;

/**
 * The group's own markets, each of which leaves out itself, then those written down first, because
 * a stage names its main ones first.
 */
function peersOf(stage: Stage, { name, markets: own }: QuotingGroup): readonly string[] {
  const others = groupsOf(stage)
    .filter((other) => other.name !== name)
    .flatMap(({ markets }) => markets);
  return own.length === 1
    ? others.slice(0, MOST_PEERS)
    : [...own, ...others].slice(0, MOST_PEERS + 1);
}

export interface QuoteGroupProps {
  readonly ground: TradingGround;
  readonly group: QuotingGroup;
  /** What must be there before the first session starts. */
  readonly after: readonly IConstruct[];
}

/**
 * The function that quotes a group of markets, started every minute. A start that comes late or
 * fails is dropped: the next one is a minute away.
 */
export class QuoteGroup extends Construct {
  readonly requote: TradingFunction;
  /** Its name. */
  readonly group: string;
  readonly markets: readonly QuotedMarket[];
  readonly everyMinute: FunctionSchedule;

  constructor(scope: Construct, id: string, props: QuoteGroupProps) {
    super(scope, id);
    const { ground, group } = props;
    const serviceName = serviceNameOf(ground.stage, 'requote');
    this.group = group.name;
    Tags.of(this).add('quotemill:group', group.name);
    this.markets = group.markets.map((market) => ({
      market,
      serviceName,
      standsAside: standsAside(ground.stage, group.venue),
    }));
    this.requote = new TradingFunction(this, 'Requote', {
      handler: 'requote',
      code: ground.code.requote,
      description: `Quotes ${group.name}`,
      serviceName,
      memoryMb: group.markets.length > MOST_IN_LITTLE_MEMORY ? MUCH_MEMORY_MB : LITTLE_MEMORY_MB,
      timeout: TIMEOUT,
      retry: { attempts: 0, maxAge: PERIOD },
      logRetentionDays: ground.stage.logRetentionDays,
      environment: {
        ...venueEnvironment(ground.stage, group.venue),
        DEPLOYMENT: ground.stage.name,
        GROUP: group.name,
        MARKETS: group.markets.join(','),
        PEER_MARKETS: peersOf(ground.stage, group).join(','),
        SESSION_MS: String(SESSION.toMilliseconds()),
      },
    });
    const { parameters, state, ledger } = ground.state;
    this.requote.bindTable('PARAMETERS_TABLE', parameters, { reads: ['GetItem', 'BatchGetItem'] });
    this.requote.bindTable('STATE_TABLE', state, {
      reads: ['GetItem', 'BatchGetItem'],
      writes: { by: ['PutItem', 'UpdateItem'], in: statePartitionsOf(group) },
    });
    // A fact that is there already is read back: the books hold it as it was stored.
    this.requote.bindTable('LEDGER_TABLE', ledger, {
      reads: ['GetItem', 'Query'],
      writes: { by: ['PutItem'], in: ledgerPartitionsOf(group) },
    });
    bindVenueKeysAndBus(this.requote, ground);
    const input: RequoteEvent = { group: group.name, markets: group.markets };
    this.everyMinute = new FunctionSchedule(this, 'EveryMinute', {
      description: `Starts a session on ${group.name} unless one is alive`,
      group: ground.schedules,
      schedule: ScheduleExpression.rate(PERIOD),
      lambda: this.requote.lambda,
      input: ScheduleTargetInput.fromObject(input),
      retryAttempts: 0,
      maxEventAge: PERIOD,
      after: props.after,
    });
  }
}
