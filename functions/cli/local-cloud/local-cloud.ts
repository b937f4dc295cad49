import { InvariantError } from '#shared/domain/failure.ts';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import { SECOND_MS } from '#shared/domain/time.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import { type PutEvent, serveAwsEndpoints } from './aws-endpoints.ts';
import { trackCalls } from './call-tracking.ts';
import { captureConsole, type CapturedLine } from './console-capture.ts';
import type { LocalDeployment, LocalFunction, LocalTable } from './template/deployment.ts';
import { type DynamoTables, openDynamoTables } from './dynamo-tables.ts';
import { matchesPattern } from './template/event-pattern.ts';
import {
  createLambdaRuntime,
  type DeadLetter,
  type Invocation,
  type LocalPlatform,
} from './lambda-runtime.ts';
import { createOpened, type Opened } from './opened.ts';
import { nextFiring } from './template/schedule-times.ts';
import type { VirtualClock } from '../../../shared/simulation/virtual-clock.ts';

/** A deployment running on this machine: what is wired here is what the template wires. */
export interface LocalCloud {
  readonly tables: DynamoTables;
  /** The table of the deployment whose logical id begins so. */
  table(logicalIdPrefix: string): string;
  readonly events: () => readonly PutEvent[];
  readonly logs: () => readonly CapturedLine[];
  readonly invocations: () => readonly Invocation[];
  readonly deadLetters: () => readonly DeadLetter[];
  /** Of the function that quotes a market. */
  readonly functionNameOf: (market: MarketId) => string | undefined;
  /** Requests that the function of a market sent to its venue. */
  readonly venueRequests: (market: MarketId) => number;
  /** Functions that are running now. */
  readonly running: () => number;
  /** No schedule fires any more. */
  stopSchedules(): void;
  close(): Promise<void>;
}

export interface LocalCloudOptions {
  readonly deployment: LocalDeployment;
  readonly platform: LocalPlatform;
  /** What the venue secret holds. */
  readonly secretValue: string;
}

/** Between an event being put and its target running: what EventBridge is measured to take. */
const EVENT_DELIVERY_MS = 80;
/** After the deployment, before its schedules first fire. */
const FIRST_FIRING_MS = SECOND_MS;

export async function startLocalCloud({
  deployment,
  platform,
  secretValue,
}: LocalCloudOptions): Promise<LocalCloud> {
  const opened = createOpened();
  try {
    return await startIn(opened, { deployment, platform, secretValue });
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function startIn(
  opened: Opened,
  { deployment, platform, secretValue }: LocalCloudOptions,
): Promise<LocalCloud> {
  const { clock } = platform;
  const logs: CapturedLine[] = [];
  const events: PutEvent[] = [];
  const undelivered: DeadLetter[] = [];
  const tables = opened.add(await openDynamoTables(deployment.tables));
  const aws = opened.add(
    await serveAwsEndpoints({
      putEvent: (event) => {
        events.push(event);
        deliver(event);
      },
      secretValue: (secretId) => (deployment.secrets.includes(secretId) ? secretValue : undefined),
    }),
  );
  pointSdkAt({ DYNAMODB: tables.url, EVENTBRIDGE: aws.url, SECRETS_MANAGER: aws.url });
  opened.add({ close: captureConsole(clock.current, clock.now, (line) => void logs.push(line)) });
  const calls = countCalls();
  opened.add({ close: trackCalls(clock, calls.count) });
  const runtime = await createLambdaRuntime(deployment.functions, platform);
  const schedules = startSchedules(deployment, clock, runtime.invoke);

  const functionFor = (market: MarketId): LocalFunction | undefined =>
    deployment.functions.find(({ environment }) =>
      environment['MARKETS']?.split(',').includes(market),
    );
  const deliver = (event: PutEvent): void => {
    const seen = { source: event.source, 'detail-type': event.detailType, detail: event.detail };
    for (const rule of deployment.rules) {
      if (rule.bus !== event.bus || !matchesPattern(rule.pattern, seen)) continue;
      for (const target of rule.targets) {
        const delivered = runtime.invoke(
          target.arn,
          seen,
          epochMs(clock.now() + EVENT_DELIVERY_MS),
        );
        if (!delivered && target.deadLetterArn !== undefined)
          undelivered.push({
            queueArn: target.deadLetterArn,
            event: seen,
            why: `no target ${target.arn}`,
          });
      }
    }
  };
  return {
    tables,
    table: (prefix) => tableNamed(deployment.tables, prefix),
    events: () => events,
    logs: () => logs,
    invocations: runtime.invocations,
    deadLetters: () => [...runtime.deadLetters(), ...undelivered],
    functionNameOf: (market) => functionFor(market)?.name,
    venueRequests: (market) => calls.of(functionFor(market)),
    running: runtime.running,
    stopSchedules: schedules.stop,
    close: opened.close,
  };
}

/** Calls by function and host. */
function countCalls(): {
  count(activity: string, host: string): void;
  of(lambda: LocalFunction | undefined): number;
} {
  const calls = new Map<string, number>();
  const keyOf = (activity: string, host: string): string => `${activity} ${host}`;
  return {
    count: (activity, host) =>
      void calls.set(keyOf(activity, host), (calls.get(keyOf(activity, host)) ?? 0) + 1),
    of: (lambda) => {
      const url = lambda?.environment['VENUE_BASE_URL'] ?? '';
      return lambda === undefined || !URL.canParse(url)
        ? 0
        : (calls.get(keyOf(lambda.name, new URL(url).host)) ?? 0);
    },
  };
}

function tableNamed(tables: readonly LocalTable[], prefix: string): string {
  const table = tables.find(({ logicalId }) => logicalId.startsWith(prefix));
  if (table === undefined) throw new InvariantError(`the deployment has no table ${prefix}`);
  return table.name;
}

/** The environment every Lambda has, as far as the SDK and the logger read it. */
function pointSdkAt(services: Readonly<Record<string, string>>): void {
  const environment: Record<string, string> = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    // Lines go through the console, where they are told apart by function.
    POWERTOOLS_DEV: 'true',
  };
  for (const [service, url] of Object.entries(services))
    environment[`AWS_ENDPOINT_URL_${service}`] = url;
  Object.assign(process.env, environment);
}

/** Every schedule of the deployment, firing in simulated time until it is stopped. */
function startSchedules(
  { schedules }: LocalDeployment,
  clock: VirtualClock,
  invoke: (arn: string, event: unknown, at: EpochMs) => boolean,
): { stop(): void } {
  let stopped = false;
  const createdAt = epochMs(clock.now() + FIRST_FIRING_MS);
  for (const { name, expression, targetArn, input } of schedules) {
    const fireAfter = (time: EpochMs): void => {
      const at = nextFiring(expression, time, createdAt);
      clock.at(at, name, async () => {
        if (stopped) return;
        if (!invoke(targetArn, input, at))
          throw new InvariantError(`schedule ${name} fires at ${targetArn}, which is not there`);
        fireAfter(at);
      });
    };
    fireAfter(epochMs(createdAt - 1));
  }
  return {
    stop() {
      stopped = true;
    },
  };
}
