/**
 * Every parameter of a market in one table: its default, what is allowed, what it does and which
 * source text asks for it. The strict schema, the error messages, the documentation and the type
 * are all read from here.
 */
interface NumberParameter {
  readonly kind: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  readonly about: string;
}

/** Has no default: undefined until somebody sets it. */
interface OptionalNumberParameter {
  readonly kind: 'optional-number';
  readonly min: number;
  readonly max: number;
  readonly about: string;
}

interface ChoiceParameter<Choice extends string> {
  readonly kind: 'choice';
  readonly default: Choice;
  readonly choices: readonly Choice[];
  readonly about: string;
}

interface SwitchParameter {
  readonly kind: 'switch';
  readonly default: boolean;
  readonly about: string;
}

/** A list of as many numbers as its default has, in this order. */
interface NumbersParameter {
  readonly kind: 'numbers';
  readonly default: readonly [number, number, number];
  readonly min: number;
  readonly max: number;
  readonly about: string;
}

/** A list of texts; what they may say is checked where parameters are parsed. Empty by default. */
interface TextsParameter {
  readonly kind: 'texts';
  readonly about: string;
}

export type ParameterDefinition =
  | NumberParameter
  | OptionalNumberParameter
  | ChoiceParameter<string>
  | SwitchParameter
  | NumbersParameter
  | TextsParameter;

const amount = (standard: number, min: number, max: number, about: string): NumberParameter => ({
  kind: 'number',
  default: standard,
  min,
  max,
  about,
});
const whole = (standard: number, min: number, max: number, about: string): NumberParameter => ({
  kind: 'number',
  default: standard,
  min,
  max,
  whole: true,
  about,
});
const optional = (min: number, max: number, about: string): OptionalNumberParameter => ({
  kind: 'optional-number',
  min,
  max,
  about,
});
const choice = <const Choice extends string>(
  standard: NoInfer<Choice>,
  choices: readonly Choice[],
  about: string,
): ChoiceParameter<Choice> => ({ kind: 'choice', default: standard, choices, about });
const byRegime = (
  standard: readonly [number, number, number],
  min: number,
  max: number,
  about: string,
): NumbersParameter => ({
  kind: 'numbers',
  default: standard,
  min,
  max,
  about,
});
const texts = (about: string): TextsParameter => ({ kind: 'texts', about });
const onOff = (standard: boolean, about: string): SwitchParameter => ({
  kind: 'switch',
  default: standard,
  about,
});

export const PARAMETERS = {
  mode: choice(
    'paper',
    ['off', 'paper', 'live'],
    'off: cancel and stay out. paper: quote only on a venue that says it is simulated. live: quote with real money.',
  ),
  requoteIntervalMs: whole(3000, 250, 60_000, 'Pause between two looks at the market (A1).'),
  requoteThresholdBps: amount(
    5,
    0,
    500,
    'A quote is left alone until the price it should have is this far away (A9).',
  ),
  maxQuoteAgeMs: whole(
    30_000,
    1000,
    600_000,
    'A quote older than this is replaced even if the market stands still (A9).',
  ),
  jitterMs: whole(
    1000,
    0,
    30_000,
    'While quotes are filled at once, the next look comes up to this much later, at random (A13).',
  ),
  spreadModel: choice(
    'additive',
    ['fixed', 'additive', 'avellaneda-stoikov', 'glft', 'grid'],
    'How the spread is made: fixed (A2), base + volatility + inventory (A3), or the models of A4, A5 and A6.',
  ),
  baseSpreadBps: amount(
    5,
    0.1,
    1000,
    'Full spread of `fixed`, and the part of `additive` that is always there.',
  ),
  volCoefficient: amount(
    0.0625,
    0,
    10,
    'Share of the hourly volatility (in bps) added to the spread by `additive` (A3).',
  ),
  inventoryPremiumBps: amount(
    5,
    0,
    500,
    'Added to the spread by `additive` at full inventory, in proportion below (A3).',
  ),
  minSpreadBps: amount(
    0,
    0,
    1000,
    'The spread is never below this, nor below twice the maker fee unless allowBelowCost.',
  ),
  maxSpreadBps: amount(
    50,
    0.1,
    5000,
    'The spread is never above this, unless the fees alone ask for more.',
  ),
  riskAversion: amount(
    0.002,
    1e-6,
    10,
    'Gamma of avellaneda-stoikov and glft, per bps and per quote held: more leans and widens more (A4, A5).',
  ),
  fillDecay: optional(
    0.001,
    100,
    'k of those models, per bps from the mid: how fast fills become rare. Unset: learned from our own fills.',
  ),
  arrivalRate: optional(
    1e-6,
    1000,
    'A of glft: fills per second of a quote at the mid. Unset: learned from our own fills (A5).',
  ),
  horizonSeconds: amount(
    300,
    1,
    86_400,
    'How far ahead avellaneda-stoikov looks, always the whole of it: a perpetual has no close (A4).',
  ),
  gridLowerPrice: optional(1e-9, 1e9, 'Lowest price of the grid, needed by it (A6).'),
  gridUpperPrice: optional(1e-9, 1e9, 'Highest price of the grid, needed by it (A6).'),
  gridCount: whole(
    20,
    1,
    100,
    'Steps of the grid between the two, each with an order of quoteSizeUsd (A6).',
  ),
  levels: whole(1, 1, 20, 'Quotes on each side (A7).'),
  levelSpacingBps: amount(
    10,
    0.1,
    1000,
    'Each level is this much further from the mid than the one before (A7).',
  ),
  levelSizeStep: amount(
    0.5,
    0,
    10,
    'Level i is 1 + i x this times the size of the nearest one (A7).',
  ),
  volRegimeLow: amount(
    0.4,
    0.01,
    100,
    'Annualised volatility (1 is 100 %) from which on it counts as medium (A10).',
  ),
  volRegimeHigh: amount(0.8, 0.01, 100, 'From which on it counts as high (A10).'),
  spreadMultipliers: byRegime(
    [1, 1.5, 3],
    1,
    100,
    "Factor on additive's baseSpreadBps at low, medium and high volatility (A10); never falling.",
  ),
  sizeMultipliers: byRegime(
    [1, 0.7, 0.3],
    0,
    1,
    'Factor on every size at low, medium and high volatility (A10, A17); never rising.',
  ),
  micropriceWeight: amount(
    0.5,
    0,
    1,
    'Fair value between the mid (0) and the microprice (1) (A11).',
  ),
  flowGain: amount(
    0.5,
    -1,
    1,
    'Share of the half-spread by which one-sided taker flow moves both quotes out of its way; below 0 towards it (A11).',
  ),
  flowHalfLifeMs: whole(
    15_000,
    100,
    3_600_000,
    'What takers did counts half after this (A11, A12).',
  ),
  toxicFillRate: amount(
    0.9,
    0.05,
    1,
    'From this share of quotes filled before the next look on, the spread widens and looks are jittered (A13).',
  ),
  quietWindows: texts(
    'No quotes in these, UTC: "13:25-13:40", "MON-FRI 12:25-12:45" or "2026-01-28T18:55Z/2026-01-28T19:30Z" (A18).',
  ),
  allowBelowCost: onOff(
    false,
    'Permits a spread that does not pay for the maker fee of both sides.',
  ),
  skewFactor: amount(
    0.5,
    0,
    1,
    'Share of the half-spread by which both quotes shift at full inventory (A8).',
  ),
  quoteSizeUsd: amount(100, 1, 10_000_000, 'Size of each quote in USD.'),
  maxInventoryUsd: amount(
    1000,
    1,
    1_000_000_000,
    'Hard cap on the position, long or short, in USD (C1).',
  ),
  oneSidedAtRatio: amount(
    0.9,
    0.1,
    1,
    'From this share of the cap on, the side that would grow the position is withdrawn (C1).',
  ),
  hedgeThresholdRatio: amount(
    0.8,
    0.01,
    1,
    'A position above this share of the cap is hedged (B1); the lowest threshold given applies.',
  ),
  hedgeThresholdUsd: optional(1, 1_000_000_000, 'A position above this many USD is hedged (B1).'),
  hedgeThresholdQuotes: optional(
    0.1,
    1000,
    'A position above this many times quoteSizeUsd is hedged (B1).',
  ),
  hedgeFraction: amount(0.5, 0.01, 1, 'Share of the position each hedge takes off (B2).'),
  hedgeMaxSlippageBps: amount(
    20,
    0,
    1000,
    'A hedge accepts no price further from the mid than this.',
  ),
  maxMarketSpreadBps: amount(
    30,
    0.1,
    5000,
    "Quoting pauses while the market's own spread is wider than this (C2).",
  ),
  sessionStopLossUsd: optional(
    0.01,
    1_000_000_000,
    'Net P&L of the session below minus this halts the market until a person lifts it (C4).',
  ),
  capitalUsd: optional(
    1,
    1_000_000_000_000,
    'What the two limits below are shares of; unset, they do not bind.',
  ),
  dailyLossLimitPct: amount(
    3,
    0.01,
    100,
    'A loss of this share of the capital since the day began, or from the peak, halts likewise (C5).',
  ),
  maxDirectionalPct: amount(
    20,
    0.1,
    100,
    'The inventory cap is at most this share of the capital (C7).',
  ),
  volBreakerPctPerHour: amount(5, 0.1, 1000, 'Above this hourly volatility the breaker acts (C6).'),
  volBreakerAction: choice(
    'widen',
    ['widen', 'stop'],
    'What the breaker does: quotes at least maxSpreadBps apart, or none (C6).',
  ),
  volCapPctPerHour: amount(
    2,
    0.01,
    1000,
    'Above this hourly volatility the inventory cap shrinks in proportion, to a fifth at the least (C8).',
  ),
  correlationCap: amount(
    0.75,
    0.1,
    1,
    'From this average correlation of all quoted markets on, every size shrinks, to a fifth at the least (C8).',
  ),
  maxBookAgeMs: whole(2000, 100, 60_000, 'A book older than this is never quoted on (C11).'),
  makerFeeBps: optional(
    -100,
    100,
    "Signed, a cost is positive: quotes reckon with it instead of the venue's own answer (F8).",
  ),
  takerFeeBps: optional(
    -100,
    100,
    "Signed, a cost is positive: hedges reckon with it instead of the venue's own answer (F8).",
  ),
  fundingMinRateBps: amount(
    3,
    0,
    1000,
    'Funding below this rate per interval, in bps, moves nothing (D2).',
  ),
  fundingTiltRatio: amount(
    0.2,
    0,
    0.9,
    'Target inventory while a funding tilt is in force, as a share of the cap (A15).',
  ),
} as const satisfies Readonly<Record<string, ParameterDefinition>>;

export type ParameterName = keyof typeof PARAMETERS;

type ValueOf<Definition> = Definition extends { kind: 'number' }
  ? number
  : Definition extends { kind: 'optional-number' }
    ? number | undefined
    : Definition extends { kind: 'switch' }
      ? boolean
      : Definition extends ChoiceParameter<infer Choice>
        ? Choice
        : Definition extends { kind: 'numbers' }
          ? readonly [number, number, number]
          : Definition extends { kind: 'texts' }
            ? readonly string[]
            : never;

export type Parameters = { readonly [Name in ParameterName]: ValueOf<(typeof PARAMETERS)[Name]> };

/**
 * Parameters in force, with the fingerprint of their values that orders, logs and the audit name
 * them by.
 */
export interface ParameterVersion {
  readonly version: string;
  readonly values: Parameters;
}
