import { Duration } from 'aws-cdk-lib';
import { ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { VenueName } from '#shared/schema/venue.ts';
import type { FundingCheckEvent } from '#shared/schema/events.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { FunctionSchedule } from './function-schedule.ts';
import { fundingCheckTimes } from './funding-schedule.ts';
import { TradingFunction } from './trading-function.ts';
import {
  bindVenueKeysAndBus,
  serviceNameOf,
  settingsOf,
  type TradingGround,
  venueEnvironment,
} from './trading-ground.ts';

const RETRIES = 2;

export interface VenueFundingCheckProps {
  readonly ground: TradingGround;
  readonly venue: VenueName;
  /** What the stage quotes at the venue, at least one. */
  readonly markets: FundingCheckEvent['markets'];
}

/**
 * The function that looks at funding before each settlement of a venue. It may be retried: it
 * writes one tilt a settlement.
 */
export class VenueFundingCheck extends Construct {
  readonly fundingCheck: TradingFunction;
  readonly deadLetters: IQueue;
  readonly beforeSettlement: FunctionSchedule;

  constructor(scope: Construct, id: string, props: VenueFundingCheckProps) {
    super(scope, id);
    const { ground, venue } = props;
    const settings = settingsOf(ground.stage, venue);
    const untilSettlement = Duration.minutes(settings.fundingCheckMinutesBefore);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters');
    this.fundingCheck = new TradingFunction(this, 'FundingCheck', {
      handler: 'funding-check',
      code: ground.code['funding-check'],
      description: `Tilts the book before funding settles at ${venue}`,
      serviceName: serviceNameOf(ground.stage, 'funding-check'),
      timeout: Duration.minutes(1),
      retry: { attempts: RETRIES, maxAge: untilSettlement, deadLetterQueue: this.deadLetters },
      logRetentionDays: ground.stage.logRetentionDays,
      environment: venueEnvironment(ground.stage, venue),
    });
    const { parameters, state, ledger } = ground.state;
    this.fundingCheck.bindTable('PARAMETERS_TABLE', parameters, {
      reads: ['GetItem', 'BatchGetItem'],
    });
    this.fundingCheck.bindTable('STATE_TABLE', state, {
      reads: ['GetItem', 'BatchGetItem'],
      writes: { by: ['PutItem'], in: [`${venue}/*`] },
    });
    this.fundingCheck.bindTable('LEDGER_TABLE', ledger);
    bindVenueKeysAndBus(this.fundingCheck, ground);
    const input: FundingCheckEvent = { markets: props.markets };
    this.beforeSettlement = new FunctionSchedule(this, 'BeforeSettlement', {
      description: `${settings.fundingCheckMinutesBefore} minutes before funding settles at ${venue}`,
      group: ground.schedules,
      schedule: ScheduleExpression.cron(fundingCheckTimes(settings)),
      lambda: this.fundingCheck.lambda,
      input: ScheduleTargetInput.fromObject(input),
      retryAttempts: RETRIES,
      maxEventAge: untilSettlement,
      deadLetterQueue: this.deadLetters,
    });
  }
}
