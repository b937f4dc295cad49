import { Duration } from 'aws-cdk-lib';
import { ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { WatchdogEvent } from '#shared/schema/events.ts';
import type { QuotingGroup } from '#shared/schema/quoting-groups.ts';
import type { VenueName } from '#shared/schema/venue.ts';
import { FunctionSchedule } from './function-schedule.ts';
import { TradingFunction } from './trading-function.ts';
import { serviceNameOf, type TradingGround, venueEnvironment } from './trading-ground.ts';

const PERIOD = Duration.minutes(1);
/** It looks twice, half a minute apart, and may wait for tables and a venue that are slow. */
const TIMEOUT = Duration.seconds(110);

export interface VenueWatchdogProps {
  readonly ground: TradingGround;
  readonly venue: VenueName;
  /** What the stage quotes at the venue. */
  readonly groups: readonly QuotingGroup[];
}

/**
 * The function that looks after what nobody else does any more, started every minute for all
 * markets of a venue. It writes no item but a halt and its fact, and all it sends is a cancel.
 */
export class VenueWatchdog extends Construct {
  readonly watchdog: TradingFunction;
  readonly everyMinute: FunctionSchedule;

  constructor(scope: Construct, id: string, props: VenueWatchdogProps) {
    super(scope, id);
    const { ground, venue, groups } = props;
    this.watchdog = new TradingFunction(this, 'Watchdog', {
      handler: 'watchdog',
      code: ground.code.watchdog,
      description: `Cancels at ${venue} what nobody answers for, and judges losses`,
      serviceName: serviceNameOf(ground.stage, 'watchdog'),
      timeout: TIMEOUT,
      retry: { attempts: 0, maxAge: PERIOD },
      logRetentionDays: ground.stage.logRetentionDays,
      environment: { ...venueEnvironment(ground.stage, venue), DEPLOYMENT: ground.stage.name },
    });
    const { parameters, state, ledger, venueKeys } = ground.state;
    this.watchdog.bindTable('PARAMETERS_TABLE', parameters, { reads: ['GetItem', 'BatchGetItem'] });
    this.watchdog.bindTable('STATE_TABLE', state, {
      reads: ['GetItem', 'BatchGetItem'],
      writes: { by: ['PutItem'], in: [`${venue}/*`] },
    });
    this.watchdog.bindTable('LEDGER_TABLE', ledger, {
      reads: ['GetItem', 'Query'],
      writes: { by: ['PutItem'], in: [`${venue}/*`] },
    });
    this.watchdog.bindSecret('VENUE_SECRET_ID', venueKeys);
    const input: WatchdogEvent = {
      groups: groups.map(({ name, markets }) => ({ name, markets })),
    };
    this.everyMinute = new FunctionSchedule(this, 'EveryMinute', {
      description: `Looks every minute at what the stage has at ${venue}`,
      group: ground.schedules,
      schedule: ScheduleExpression.rate(PERIOD),
      lambda: this.watchdog.lambda,
      input: ScheduleTargetInput.fromObject(input),
      retryAttempts: 0,
      maxEventAge: PERIOD,
    });
  }
}
