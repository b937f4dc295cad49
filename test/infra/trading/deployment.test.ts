import { describe, expect, it } from 'vitest';
import { stages } from '#infra/stages.ts';
import { InputError } from '#shared/domain/failure.ts';
import * as fc from 'fast-check';
import {
  deploymentFromContext,
  MOST_ALONE,
  MOST_MARKETS,
  parseStage,
  type StageInput,
} from '#shared/schema/deployment.ts';
import { marketId } from '#shared/domain/venue/market-id.ts';
import { groupsOf, problemsOfGroups } from '#shared/schema/quoting-groups.ts';
import type { VenueName } from '#shared/schema/venue.ts';
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
    ['half an account', { account: '1234' }, /^stage: account: must be the 12 digits/],
    ['no region', { region: 'Frankfurt' }, /^stage: region: must be a region as eu-central-1/],
    ['a misspelt field', { alarmMail: 'a@b.example' } as Partial<StageInput>, /alarmMail/],
  ])('with %s are refused, and the field is named', (_, changes, message) => {
    expect(() => parseStage(aStage(changes))).toThrow(message);
  });
});

const id = (symbol: string): string => `purple-flea/${symbol}-PERP`;
const marketsOf = (symbols: readonly string[]): StageInput['markets'] =>
  symbols.map((symbol) => ({ symbol: `${symbol}-PERP`, venue: 'purple-flea' }));
const grouped = (symbols: readonly string[], groups: StageInput['groups']) =>
  groupsOf(parseStage(aStage({ markets: marketsOf(symbols), groups })));
const MARKETS = ['BTC', 'ETH', 'SOL'];

describe('the quoting groups of a stage', () => {
  it('are one a market, named as it is, where none are written', () => {
    expect(grouped(MARKETS, undefined)).toEqual(
      MARKETS.map((symbol) => ({
        name: id(symbol),
        venue: 'purple-flea',
        markets: [id(symbol)],
      })),
    );
  });

  it('hold every market exactly once, however they are written', () => {
    const symbols = Array.from({ length: 30 }, (_, index) => `C${index}`);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 30, maxLength: 30 }),
        fc.integer({ min: 0, max: 29 }),
        fc.constantFrom('whole', 'one twice', 'one left out'),
        (places, odd, how) => {
          const groups = [...Map.groupBy(symbols, (_, index) => places[index])].map(
            ([place, members]) => ({ name: `g${place}`, markets: members.map(id) }),
          );
          const chosen = id(`C${odd}`);
          if (how === 'one twice') groups[0]?.markets.push(chosen);
          if (how === 'one left out')
            for (const group of groups)
              group.markets = group.markets.filter((market) => market !== chosen);
          const full = groups.filter(({ markets }) => markets.length > 0);
          if (full.some(({ markets }) => markets.length > 25)) return;
          if (how !== 'whole') {
            expect(() => grouped(symbols, full)).toThrow(chosen);
            return;
          }
          const quoted = grouped(symbols, full).flatMap(({ markets }) => markets);
          expect([...quoted].sort()).toEqual(symbols.map(id).sort());
        },
      ),
    );
  });

  it.each<[string, NonNullable<StageInput['groups']>, string]>([
    [
      'a market nobody quotes',
      [{ name: 'majors', markets: [id('BTC'), id('ETH')] }],
      'stage: groups: purple-flea/SOL-PERP is in none, so nobody would quote it; name it in one, or write no groups',
    ],
    [
      'a market in two of them',
      [
        { name: 'majors', markets: [id('BTC'), id('ETH')] },
        { name: 'others', markets: [id('SOL'), id('ETH')] },
      ],
      'stage: groups.1.markets.1: purple-flea/ETH-PERP is in majors already: one function trades a market',
    ],
    [
      'a market the stage has not got',
      [{ name: 'majors', markets: [...MARKETS.map(id), id('SOLL')] }],
      'stage: groups.0.markets.3: purple-flea/SOLL-PERP is not among the markets of the stage (did you mean "purple-flea/SOL-PERP"?)',
    ],
    [
      'a name twice',
      [
        { name: 'majors', markets: [id('BTC'), id('ETH')] },
        { name: 'majors', markets: [id('SOL')] },
      ],
      'stage: groups.1.name: majors is named twice: a group has one function and one lease',
    ],
    [
      'a name that could be a market',
      [{ name: id('BTC'), markets: MARKETS.map(id) }],
      'stage: groups.0.name: must be lower case letters, digits and dashes, at most 20',
    ],
    [
      'a group of nothing',
      [
        { name: 'majors', markets: MARKETS.map(id) },
        { name: 'others', markets: [] },
      ],
      'stage: groups.1.markets: must name a market',
    ],
  ])('with %s are refused with one line', (_, groups, message) => {
    expect(() => grouped(MARKETS, groups)).toThrow(new InputError(message));
  });

  it('are of one venue, whose key and limits their function has', () => {
    const elsewhere = 'elsewhere' as VenueName;
    const markets = [
      { symbol: 'BTC-PERP', venue: 'purple-flea' as const },
      { symbol: 'BTC-PERP', venue: elsewhere },
    ];
    const members = markets.map(({ venue, symbol }) => marketId(venue, symbol));
    expect(problemsOfGroups({ markets, groups: [{ name: 'btc', markets: members }] })).toEqual([
      {
        path: ['groups', 0, 'markets'],
        message: 'must be of one venue, is of purple-flea and elsewhere',
      },
    ]);
  });

  it('are 25 markets at most, whose names fit into the environment of a function', () => {
    const symbols = Array.from({ length: 26 }, (_, index) => `C${index}`);
    expect(() => grouped(symbols, [{ name: 'all', markets: symbols.map(id) }])).toThrow(
      new InputError('stage: groups.0.markets: must be 25 at most: make another group'),
    );
  });
});

describe('a stage with too many markets for one stack', () => {
  const many = Array.from({ length: MOST_ALONE + 1 }, (_, index) => `C${index}`);

  it('is refused with why and what to do', () => {
    expect(() => grouped(many, undefined)).toThrow(
      new InputError(
        'stage: markets: 74 markets in 74 functions are too many for one stack, which CloudFormation allows 500 resources: ' +
          '73 fit alone, more in fewer functions (groups: [{ name, markets }]); or write the rest as another stage',
      ),
    );
  });

  it('fits when they share functions', () => {
    const groups = [0, 1, 2, 3].map((part) => ({
      name: `part-${part}`,
      markets: many.filter((_, index) => index % 4 === part).map(id),
    }));
    expect(grouped(many, groups)).toHaveLength(4);
  });

  it('is refused where its dashboard could not show them, however few functions they share', () => {
    const symbols = Array.from({ length: MOST_MARKETS + 1 }, (_, index) => `C${index}`);
    const groups = Array.from({ length: 9 }, (_, part) => ({
      name: `part-${part}`,
      markets: symbols.filter((_symbol, index) => index % 9 === part).map(id),
    }));
    expect(() => grouped(symbols, groups)).toThrow(
      new InputError(
        'stage: markets: 201 markets are too many for one dashboard, which CloudWatch allows 2500 metrics: ' +
          '200 fit; write the rest as another stage',
      ),
    );
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
