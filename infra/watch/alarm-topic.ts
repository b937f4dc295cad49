import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

/** Where alarms go, and from there to a person if an address is given. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, email: string | undefined) {
    super(scope, id);
    // Not encrypted with the key of SNS: CloudWatch may not use that one, and the alarm would be
    // lost without a word.
    this.topic = new Topic(this, 'Topic', { displayName: 'Quotemill alarms', enforceSSL: true });
    // A topic with a policy of its own loses the default one, by which the alarms of the account
    // may publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': alarmsOf(Stack.of(this)) },
        },
      }),
    );
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email));
  }
}

const alarmsOf = (stack: Stack): string =>
  `arn:${stack.partition}:cloudwatch:${stack.region}:${stack.account}:alarm:*`;
