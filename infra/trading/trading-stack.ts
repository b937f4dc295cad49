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
import type { Watched, WatchedFunction } from '../watch/watched.ts';

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
    // Names of dashboards are global in an account: without the region, a second deployment would
    // overwrite the first one's.
    const dashboardName = `quotemill-${stage.name}-${this.region}`;
    const venues = addFunctions(this, ground);
    const watched = { ...watchedOf(venues, ground), dashboardName };
    const { topic } = new AlarmTopic(this, 'AlarmTopic', stage.alarmEmail);
    this.alarms = new Alarms(this, 'Alarms', {
      ...watched,
      topic,
      emulator,
      after: venues.map(({ watchdog }) => watchdog.everyMinute),
    });
    this.dashboard = new TradingDashboard(this, 'Dashboard', watched);
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

interface FunctionsOfVenue {
  readonly venue: VenueName;
  readonly hedge: VenueHedge;
  readonly funding: VenueFundingCheck;
  readonly requotes: readonly QuoteGroup[];
  readonly watchdog: VenueWatchdog;
}

/** A venue's hedge comes first: nothing is quoted before a breach could be hedged. */
function addFunctions(scope: Construct, ground: TradingGround): readonly FunctionsOfVenue[] {
  const byVenue = Map.groupBy(groupsOf(ground.stage), ({ venue }) => venue);
  return [...byVenue].map(([venue, groups]) => {
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
    return { venue, hedge, funding, requotes, watchdog };
  });
}

const watchedOf = (
  venues: readonly FunctionsOfVenue[],
  { stage, state }: TradingGround,
): Watched => ({
  markets: venues.flatMap(({ requotes }) => requotes.flatMap(({ markets }) => markets)),
  functions: venues.flatMap(functionsOf),
  venues: venues.map(({ venue, hedge, funding, watchdog }) => ({
    venue,
    hedge: hedge.hedge.lambda,
    fundingCheck: funding.fundingCheck.lambda,
    watchdog: watchdog.watchdog.lambda,
    watchdogLog: watchdog.watchdog.logGroup,
    deadLetters: [
      { title: `hedge ${venue}`, queue: hedge.deadLetters },
      { title: `funding check ${venue}`, queue: funding.deadLetters },
    ],
    standsAside: standsAside(stage, venue),
  })),
  tables: [state.parameters, state.state, state.ledger],
  services: handlerNames.map((handler) => serviceNameOf(stage, handler)),
  watchdogService: serviceNameOf(stage, 'watchdog'),
});

const functionsOf = ({
  venue,
  hedge,
  funding,
  requotes,
  watchdog,
}: FunctionsOfVenue): readonly WatchedFunction[] => [
  ...requotes.map(({ group, requote }) => ({
    title: `requote ${group}`,
    lambda: requote.lambda,
  })),
  { title: `hedge ${venue}`, lambda: hedge.hedge.lambda },
  { title: `funding check ${venue}`, lambda: funding.fundingCheck.lambda },
  { title: `watchdog ${venue}`, lambda: watchdog.watchdog.lambda },
];
