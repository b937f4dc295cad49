import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import cdkJson from '../cdk.json' with { type: 'json' };

/**
 * An app with the feature flags of cdk.json, so that the cdk command, a test and the local run
 * synthesize the same template. Its synthesis fails on whatever the security checks find and nobody
 * acknowledged with a reason.
 */
export function createApp(props: AppProps = {}): App {
  const app = new App({
    analyticsReporting: false,
    ...props,
    context: { ...cdkJson.context, ...props.context },
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
