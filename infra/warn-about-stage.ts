import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Stage } from '#shared/schema/deployment.ts';
import { groupsOf } from '#shared/schema/quoting-groups.ts';
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
  if (stage.alarmEmail === undefined)
    Annotations.of(scope).addWarningV2(
      'quotemill:no-alarm-email',
      `stage ${stage.name}: no alarmEmail, so its alarms show in CloudWatch and reach nobody. ` +
        `Set it in infra/stages.ts, deploy, and confirm the mail that AWS then sends.`,
    );
  const atOnce = 2 * groupsOf(stage).length + 4 * venues.length;
  if (atOnce > NEW_ACCOUNT_CONCURRENCY)
    Annotations.of(scope).addWarningV2(
      'quotemill:concurrency',
      `stage ${stage.name}: up to ${atOnce} functions run at once (two sessions a group at a handover; a hedge, a funding check and two watchdogs a venue), while a new account ` +
        `allows ${NEW_ACCOUNT_CONCURRENCY}; a hedge would then wait. Check the quota "Concurrent executions" of Lambda.`,
    );
}
