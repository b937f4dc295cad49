import { describe, expect, it } from 'vitest';
import { stages } from '#infra/stages.ts';
import { InputError } from '#shared/domain/failure.ts';
import { deploymentFromContext, parseStage, type StageInput } from '#shared/schema/deployment.ts';
import { aStage } from '../synthesize.ts';

const choose = (context: unknown) => deploymentFromContext(stages, context);

describe('the stages', () => {
  it('are all valid', () => {
    for (const stage of Object.keys(stages)) expect(choose({ stage }).stage.name).toBe(stage);
  });

  it('have no live URL unless somebody writes one down', () => {
    for (const { venues } of Object.values(stages))
      for (const venue of Object.values(venues)) expect(venue).not.toHaveProperty('baseUrl');
  });

  it('default to paper, with its two markets at a venue that settles every eight hours', () => {
    expect(choose({})).toEqual({
      emulator: false,
      stage: {
        name: 'paper',
        venues: { 'purple-flea': { fundingIntervalHours: 8, fundingCheckMinutesBefore: 5 } },
        markets: [
          { symbol: 'BTC-PERP', venue: 'purple-flea' },
          { symbol: 'ETH-PERP', venue: 'purple-flea' },
        ],
        logRetentionDays: 7,
      },
    });
  });

  it.each<[string, Partial<StageInput>, RegExp]>([
    [
      'a market twice',
      {
        markets: [
          { symbol: 'BTC-PERP', venue: 'purple-flea' },
          { symbol: 'BTC-PERP', venue: 'purple-flea' },
        ],
      },
      /^stage: markets\.1\.symbol: purple-flea\/BTC-PERP is named twice/,
    ],
    ['no market', { markets: [] }, /^stage: markets: /],
    [
      'a market at a venue it has not got',
      { venues: {} },
      /^stage: markets\.0\.venue: purple-flea is not among/,
    ],
    [
      'a symbol that is none',
      { markets: [{ symbol: 'btc', venue: 'purple-flea' }] },
      /^stage: markets\.0\.symbol: must look like BTC-PERP/,
    ],
    [
      'a base URL in the clear',
      { venues: { 'purple-flea': { fundingIntervalHours: 8, baseUrl: 'http://venue.example' } } },
      /^stage: venues\.purple-flea\.baseUrl: must be an https URL/,
    ],
    [
      'an odd funding interval',
      { venues: { 'purple-flea': { fundingIntervalHours: 3 as 8 } } },
      /^stage: venues\.purple-flea\.fundingIntervalHours: /,
    ],
    [
      'a retention CloudWatch does not know',
      { logRetentionDays: 8 as 7 },
      /^stage: logRetentionDays: /,
    ],
    ['a misspelt field', { alarmMail: 'a@b.example' } as Partial<StageInput>, /alarmMail/],
  ])('with %s are refused, and the field is named', (_, changes, message) => {
    expect(() => parseStage(aStage(changes))).toThrow(message);
  });
});

describe('the context of the cdk command', () => {
  it('chooses a stage, a base URL and the emulator', () => {
    const { stage, emulator } = choose({
      stage: 'paper',
      venueBaseUrl: 'https://venue.example/api',
      emulator: '1',
      'aws:cdk:something': [],
    });
    expect(stage.venues['purple-flea']).toEqual({
      fundingIntervalHours: 8,
      fundingCheckMinutesBefore: 5,
      baseUrl: 'https://venue.example/api',
    });
    expect(emulator).toBe(true);
  });

  it.each<[unknown, string]>([
    [
      { stage: 'papr' },
      'cdk context: stage "papr" is unknown (did you mean "paper"?); known stages: paper',
    ],
    [{ stage: 'toString' }, 'cdk context: stage "toString" is unknown; known stages: paper'],
    [{ stage: 7 }, 'cdk context: stage: Invalid input: expected string, received number'],
    [{ stgae: 'paper' }, 'cdk context: "stgae" is unknown (did you mean "stage"?)'],
    [
      { venueBaseURL: 'https://venue.example' },
      'cdk context: "venueBaseURL" is unknown (did you mean "venueBaseUrl"?)',
    ],
    [
      { venueBaseUrl: 'http://venue.example' },
      'cdk context: venueBaseUrl: must be an https URL, or http on loopback, without user, query or fragment',
    ],
    [
      { venueBaseUrl: '' },
      'cdk context: venueBaseUrl: must be an https URL, or http on loopback, without user, query or fragment',
    ],
    [{ emulator: 'yes' }, 'cdk context: emulator: must be 1, or be left out'],
  ])('%j is refused with one line', (context, message) => {
    expect(() => choose(context)).toThrow(new InputError(message));
  });
});
