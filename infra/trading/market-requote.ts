import { Duration } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct, type IConstruct } from 'constructs';
import type { Stage } from '#shared/schema/deployment.ts';
import { FunctionSchedule } from './function-schedule.ts';
import type { QuotedMarket } from '../watch/metrics.ts';
import { TradingFunction } from './trading-function.ts';
import {
  bindVenueKeysAndBus,
  serviceNameOf,
  standsAside,
  type TradingGround,
  venueEnvironment,
} from './trading-ground.ts';

const TIMEOUT = Duration.minutes(15);
/** Leaves a minute of the timeout to hand over or to cancel. */
const SESSION = Duration.minutes(14);
const PERIOD = Duration.minutes(1);

/** So many other markets tell a joint move; each is a read every ten seconds. */
const MOST_PEERS = 9;

/** The markets written down first, because a stage names its main ones first. */
const peersOf = ({ markets }: Stage, symbol: string): readonly string[] =>
  markets
    .map((market) => market.symbol)
    .filter((other) => other !== symbol)
    .slice(0, MOST_PEERS);

export interface MarketRequoteProps {
  readonly ground: TradingGround;
  readonly market: Stage['markets'][number];
  /** What must be there before the first session starts. */
  readonly after: readonly IConstruct[];
}

/**
 * The function that quotes a market, started every minute. A start that comes late or fails is
 * dropped: the next one is a minute away.
 */
export class MarketRequote extends Construct {
  readonly requote: TradingFunction;
  readonly market: QuotedMarket;
  readonly everyMinute: FunctionSchedule;

  constructor(scope: Construct, id: string, props: MarketRequoteProps) {
    super(scope, id);
    const { ground, market } = props;
    const serviceName = serviceNameOf(ground.stage, 'requote');
    this.market = {
      symbol: market.symbol,
      serviceName,
      standsAside: standsAside(ground.stage, market.venue),
    };
    this.requote = new TradingFunction(this, 'Requote', {
      handler: 'requote',
      code: ground.code.requote,
      description: `Quotes ${market.symbol} at ${market.venue}`,
      serviceName,
      timeout: TIMEOUT,
      retry: { attempts: 0, maxAge: PERIOD },
      logRetentionDays: ground.stage.logRetentionDays,
      environment: {
        ...venueEnvironment(ground.stage, market.venue),
        MARKET: market.symbol,
        PEER_MARKETS: peersOf(ground.stage, market.symbol).join(','),
        SESSION_MS: String(SESSION.toMilliseconds()),
      },
    });
    const { parameters, state, ledger } = ground.state;
    this.requote.bindTable('PARAMETERS_TABLE', parameters, 'dynamodb:GetItem');
    this.requote.bindTable(
      'STATE_TABLE',
      state,
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:Query',
    );
    this.requote.bindTable('LEDGER_TABLE', ledger, 'dynamodb:PutItem', 'dynamodb:Query');
    bindVenueKeysAndBus(this.requote, ground);
    this.everyMinute = new FunctionSchedule(this, 'EveryMinute', {
      description: `Starts a session on ${market.symbol} unless one is alive`,
      schedule: ScheduleExpression.rate(PERIOD),
      lambda: this.requote.lambda,
      retryAttempts: 0,
      maxEventAge: PERIOD,
      after: props.after,
    });
  }
}
