import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { VenueName } from '#shared/schema/venue.ts';
import { EVENT_SOURCE, type eventDetails } from '#shared/schema/events.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { TradingFunction } from './trading-function.ts';
import {
  bindVenueKeysAndBus,
  serviceNameOf,
  type TradingGround,
  venueEnvironment,
} from './trading-ground.ts';

const BREACHED: keyof typeof eventDetails = 'InventoryThresholdBreached';
const RETRIES = 2;
/**
 * A breach older than this says nothing about the inventory of now; the session reports a new one
 * if it lasts.
 */
const MAX_EVENT_AGE = Duration.minutes(5);

/**
 * The function that brings inventory back inside, invoked when a session reports a breach. An event
 * nobody could handle is kept.
 */
export class VenueHedge extends Construct {
  readonly hedge: TradingFunction;
  readonly deadLetters: IQueue;
  readonly onBreach: Rule;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly ground: TradingGround; readonly venue: VenueName },
  ) {
    super(scope, id);
    const { ground, venue } = props;
    this.deadLetters = deadLetterQueue(this, 'DeadLetters');
    this.hedge = new TradingFunction(this, 'Hedge', {
      handler: 'hedge',
      code: ground.code.hedge,
      description: `Reduces inventory at ${venue} after a breach`,
      serviceName: serviceNameOf(ground.stage, 'hedge'),
      timeout: Duration.minutes(2),
      retry: { attempts: RETRIES, maxAge: MAX_EVENT_AGE, deadLetterQueue: this.deadLetters },
      logRetentionDays: ground.stage.logRetentionDays,
      environment: { ...venueEnvironment(ground.stage, venue), DEPLOYMENT: ground.stage.name },
    });
    const { parameters, state, ledger } = ground.state;
    this.hedge.bindTable('PARAMETERS_TABLE', parameters, { reads: ['GetItem', 'BatchGetItem'] });
    this.hedge.bindTable('STATE_TABLE', state, {
      reads: ['GetItem', 'BatchGetItem'],
      writes: { by: ['UpdateItem'], in: [`${venue}/*`] },
    });
    // It looks for what an earlier invocation did of the same breach before it does anything.
    this.hedge.bindTable('LEDGER_TABLE', ledger, {
      reads: ['GetItem', 'Query'],
      writes: { by: ['PutItem'], in: [`${venue}/*`] },
    });
    bindVenueKeysAndBus(this.hedge, ground);
    this.onBreach = new Rule(this, 'OnBreach', {
      description: `Inventory breaches at ${venue}`,
      eventBus: ground.bus,
      eventPattern: { source: [EVENT_SOURCE], detailType: [BREACHED], detail: { venue: [venue] } },
      targets: [
        new LambdaTarget(this.hedge.lambda, {
          deadLetterQueue: this.deadLetters,
          retryAttempts: RETRIES,
          maxEventAge: MAX_EVENT_AGE,
        }),
      ],
    });
  }
}
