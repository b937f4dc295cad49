import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Stage } from '#shared/schema/deployment.ts';
import { venueName } from '#shared/schema/venue.ts';
import { standsAside } from './trading/trading-ground.ts';

/** What a new account may run at once, until it asks for more. */
const NEW_ACCOUNT_CONCURRENCY = 10;

/** Says at synthesis what would otherwise be found out in production. */
export function warnAboutStage(scope: Construct, stage: Stage): void {
  const venues = venueName.options.filter((venue) => stage.venues[venue] !== undefined);
  for (const venue of venues.filter((name) => standsAside(stage, name)))
    Annotations.of(scope).addWarningV2(
      `quotemill:no-base-url-${venue}`,
      `stage ${stage.name}: ${venue} has no base URL, so its functions stand aside and nothing trades. ` +
        `Set baseUrl in infra/stages.ts, or say -c venueBaseUrl=https://... at every deployment.`,
    );
  const atOnce = 2 * (stage.markets.length + venues.length);
  if (atOnce > NEW_ACCOUNT_CONCURRENCY)
    Annotations.of(scope).addWarningV2(
      'quotemill:concurrency',
      `stage ${stage.name}: up to ${atOnce} functions run at once (two sessions a market at a handover, hedge, funding check), while a new account ` +
        `allows ${NEW_ACCOUNT_CONCURRENCY}; a hedge would then wait. Check the quota "Concurrent executions" of Lambda.`,
    );
}
