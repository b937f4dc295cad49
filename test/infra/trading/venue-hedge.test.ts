import { describe, expect, it } from 'vitest';
import { EVENT_SOURCE, parseBreachEvent } from '#shared/schema/events.ts';
import { functionOf, mentioning, resourcesOf, synthesize } from '../synthesize.ts';

const { trading } = synthesize();
const { id, resource } = functionOf(trading, 'hedge');
const rules = Object.values(resourcesOf(trading, 'AWS::Events::Rule'));

describe('the hedge function of a venue', () => {
  it('is invoked by a breach at its venue, on the bus of the stage, and by nothing else (B1, C3)', () => {
    expect(rules).toHaveLength(1);
    const [busId] = Object.keys(resourcesOf(trading, 'AWS::Events::EventBus'));
    expect(rules[0]?.Properties).toMatchObject({
      EventBusName: { Ref: busId },
      EventPattern: {
        source: [EVENT_SOURCE],
        'detail-type': ['InventoryThresholdBreached'],
        detail: { venue: ['purple-flea'] },
      },
      State: 'ENABLED',
    });
    expect(mentioning(trading, 'AWS::Scheduler::Schedule', id)).toEqual([]);
  });

  it('is retried twice within five minutes, then the event is kept: when it could not be handed over and when the function failed', () => {
    const [queueId] = mentioning(
      trading,
      'AWS::SQS::QueuePolicy',
      Object.keys(resourcesOf(trading, 'AWS::Events::Rule'))[0] ?? '',
    ).map((policy) => (policy.Properties['Queues'] as { Ref: string }[])[0]?.Ref);
    const queue = { 'Fn::GetAtt': [queueId, 'Arn'] };
    expect(rules[0]?.Properties['Targets']).toEqual([
      {
        Id: 'Target0',
        Arn: { 'Fn::GetAtt': [id, 'Arn'] },
        DeadLetterConfig: { Arn: queue },
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 300 },
      },
    ]);
    trading.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: id },
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 300,
      DestinationConfig: { OnFailure: { Destination: queue } },
    });
  });

  it('is handed only what it can read', () => {
    const pattern = rules[0]?.Properties['EventPattern'] as {
      'detail-type': [string];
      detail: { venue: [string] };
    };
    const detail = {
      market: 'purple-flea/BTC-PERP',
      venue: pattern.detail.venue[0],
      hedgeId: '1',
      inventoryUsd: 900,
      thresholdUsd: 800,
      at: 0,
    };
    expect(parseBreachEvent({ 'detail-type': pattern['detail-type'][0], detail })).toEqual(detail);
  });

  it('has two minutes', () => {
    expect(resource.Properties['Timeout']).toBe(120);
  });

  it('loses a dead letter only after two weeks', () => {
    for (const queue of Object.values(resourcesOf(trading, 'AWS::SQS::Queue')))
      expect(queue.Properties).toMatchObject({ MessageRetentionPeriod: 1_209_600 });
  });
});
