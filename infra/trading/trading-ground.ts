import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { AssetCode } from 'aws-cdk-lib/aws-lambda';
import type { Stage } from '#shared/schema/deployment.ts';
import type { VenueName } from '#shared/schema/venue.ts';
import type { HandlerName } from '../bundle/handlers.ts';
import type { StateStack } from '../state/state-stack.ts';
import type { TradingFunction } from './trading-function.ts';

/** What the functions of a stage stand on. */
export interface TradingGround {
  readonly stage: Stage;
  readonly state: StateStack;
  readonly bus: EventBus;
  /** All schedules of the stage, so that a person finds and stops them together. */
  readonly schedules: IScheduleGroup;
  readonly code: Readonly<Record<HandlerName, AssetCode>>;
}

/**
 * The stage is part of the name: two stages in one account must not answer for each other's
 * heartbeat.
 */
export const serviceNameOf = (stage: Stage, handler: HandlerName): string =>
  `${stage.name}-${handler}`;

export type VenueSettings = NonNullable<Stage['venues'][VenueName]>;

export function settingsOf(stage: Stage, venue: VenueName): VenueSettings {
  const settings = stage.venues[venue];
  if (settings === undefined)
    throw new Error(
      `stage ${stage.name} was not parsed: it has a market at ${venue} but no such venue`,
    );
  return settings;
}

/**
 * There is no default live URL: until a venue has one, its functions are deployed and do nothing.
 */
export const standsAside = (stage: Stage, venue: VenueName): boolean =>
  settingsOf(stage, venue).baseUrl === undefined;

/** What every function is told, whatever it does. An empty base URL makes it stand aside. */
export const venueEnvironment = (
  stage: Stage,
  venue: VenueName,
): Readonly<Record<string, string>> => ({
  VENUE: venue,
  VENUE_BASE_URL: settingsOf(stage, venue).baseUrl ?? '',
});

export function bindVenueKeysAndBus(lambda: TradingFunction, ground: TradingGround): void {
  lambda.bindSecret('VENUE_SECRET_ID', ground.state.venueKeys);
  lambda.bindEventBus('EVENT_BUS', ground.bus);
}
