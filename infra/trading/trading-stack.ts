import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { Stage } from '#shared/schema/deployment.ts';
import { groupsOf } from '#shared/schema/quoting-groups.ts';
import type { VenueName } from '#shared/schema/venue.ts';
import { AlarmTopic } from '../watch/alarm-topic.ts';
import { Alarms } from '../watch/alarms.ts';
import { TradingDashboard } from '../watch/dashboard.ts';
import { handlerCode } from '../bundle/handler-code.ts';
import { handlerNames, handlers } from '../bundle/handlers.ts';
import { QuoteGroup } from './quote-group.ts';
import type { StateStack } from '../state/state-stack.ts';
import { serviceNameOf, standsAside, type TradingGround } from './trading-ground.ts';
import { VenueFundingCheck } from './venue-funding-check.ts';
import { VenueHedge } from './venue-hedge.ts';
import { VenueWatchdog } from './venue-watchdog.ts';
import type { Watched } from '../watch/watched.ts';

export interface TradingStackProps extends StackProps {
  readonly stage: Stage;
  readonly state: StateStack;
  readonly emulator: boolean;
}

/** What trades. Holds nothing that matters: it can be deleted and deployed again. */
export class TradingStack extends Stack {
  readonly alarms: Alarms;
  readonly dashboard: TradingDashboard;

  constructor(scope: Construct, id: string, props: TradingStackProps) {
    const { stage, state, emulator, ...stackProps } = props;
    super(scope, id, {
      description: `Quotemill: functions and schedules of the stage ${stage.name}`,
      ...stackProps,
    });
    const ground: TradingGround = {
      stage,
      state,
      bus: new EventBus(this, 'Bus'),
      schedules: new ScheduleGroup(this, 'Schedules', {
        scheduleGroupName: `quotemill-${stage.name}`,
        // Kept, its name would be taken when the stack is deployed again.
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      code: {
        requote: handlerCode(handlers.requote),
        hedge: handlerCode(handlers.hedge),
        'funding-check': handlerCode(handlers['funding-check']),
        watchdog: handlerCode(handlers.watchdog),
      },
    };
    const watched = {
      ...addFunctions(this, ground),
      services: handlerNames.map((handler) => serviceNameOf(stage, handler)),
    };
    const { topic } = new AlarmTopic(this, 'AlarmTopic', stage.alarmEmail);
    this.alarms = new Alarms(this, 'Alarms', { ...watched, topic, emulator });
    // Names of dashboards are global in an account: without the region, a second deployment would
    // overwrite the first one's.
    const dashboardName = `quotemill-${stage.name}-${this.region}`;
    this.dashboard = new TradingDashboard(this, 'Dashboard', { ...watched, dashboardName });
    this.#tellPerson(dashboardName, topic.topicArn, state.venueKeys.secretArn);
  }

  /** Where to look, and what is left to do. */
  #tellPerson(dashboardName: string, topicArn: string, secretArn: string): void {
    const console = `https://${this.region}.console.aws.amazon.com/cloudwatch/home?region=${this.region}`;
    this.#output('DashboardUrl', `${console}#dashboards/dashboard/${dashboardName}`);
    this.#output('AlarmTopicArn', topicArn);
    this.#output(
      'NextStep',
      `Fill the secret, then set the parameters: aws secretsmanager put-secret-value --region ${this.region} --secret-id ${secretArn} --secret-string file://venue-keys.json`,
    );
  }

  #output(id: string, value: string): CfnOutput {
    return new CfnOutput(this, id, { value });
  }
}

/** A venue's hedge comes first: nothing is quoted before a breach could be hedged. */
function addFunctions(scope: Construct, ground: TradingGround): Watched {
  const byVenue = Map.groupBy(groupsOf(ground.stage), ({ venue }) => venue);
  const watched = [...byVenue].map(([venue, groups]) => {
    const hedge = new VenueHedge(scope, `Hedge-${venue}`, { ground, venue });
    const funding = new VenueFundingCheck(scope, `FundingCheck-${venue}`, {
      ground,
      venue,
      markets: groups.flatMap(({ markets }) => markets),
    });
    const after = [hedge.onBreach];
    const requotes = groups.map(
      (group) => new QuoteGroup(scope, `Requote-${group.name}`, { ground, group, after }),
    );
    const watchdog = new VenueWatchdog(scope, `Watchdog-${venue}`, { ground, venue, groups });
    const functions = { hedge, funding, requotes, watchdog };
    return watchedAt(venue, functions, standsAside(ground.stage, venue));
  });
  return {
    markets: watched.flatMap(({ markets }) => markets),
    functions: watched.flatMap(({ functions }) => functions),
    deadLetters: watched.flatMap(({ deadLetters }) => deadLetters),
  };
}

interface FunctionsOfVenue {
  readonly hedge: VenueHedge;
  readonly funding: VenueFundingCheck;
  readonly requotes: readonly QuoteGroup[];
  readonly watchdog: VenueWatchdog;
}

const watchedAt = (
  venue: VenueName,
  { hedge, funding, requotes, watchdog }: FunctionsOfVenue,
  idle: boolean,
): Watched => ({
  markets: requotes.flatMap(({ markets }) => markets),
  functions: [
    ...requotes.map(({ group, requote }) => ({
      title: `requote ${group}`,
      lambda: requote.lambda,
      standsAside: idle,
    })),
    { title: `hedge ${venue}`, lambda: hedge.hedge.lambda, standsAside: idle },
    { title: `funding check ${venue}`, lambda: funding.fundingCheck.lambda, standsAside: idle },
    { title: `watchdog ${venue}`, lambda: watchdog.watchdog.lambda, standsAside: idle },
  ],
  deadLetters: [
    { title: `hedge ${venue}`, queue: hedge.deadLetters, standsAside: idle },
    { title: `funding check ${venue}`, queue: funding.deadLetters, standsAside: idle },
  ],
});
