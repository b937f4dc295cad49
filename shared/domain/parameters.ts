/**
 * Every parameter of a market in one table: its default, what is allowed, what it does and which source text asks for it.
 * The strict schema, the error messages, the documentation and the type are all read from here.
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

export type ParameterDefinition = NumberParameter | OptionalNumberParameter | ChoiceParameter<string> | SwitchParameter;

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
const optional = (min: number, max: number, about: string): OptionalNumberParameter => ({ kind: 'optional-number', min, max, about });
const choice = <const Choice extends string>(
  standard: NoInfer<Choice>,
  choices: readonly Choice[],
  about: string,
): ChoiceParameter<Choice> => ({ kind: 'choice', default: standard, choices, about });
const onOff = (standard: boolean, about: string): SwitchParameter => ({ kind: 'switch', default: standard, about });

export const PARAMETERS = {
  mode: choice(
    'paper',
    ['off', 'paper', 'live'],
    'off: cancel and stay out. paper: quote only on a venue that says it is simulated. live: quote with real money.',
  ),
  requoteIntervalMs: whole(3000, 250, 60_000, 'Pause between two looks at the market (A1).'),
  requoteThresholdBps: amount(5, 0, 500, 'A quote is left alone until the price it should have is this far away (A9).'),
  maxQuoteAgeMs: whole(30_000, 1000, 600_000, 'A quote older than this is replaced even if the market stands still (A9).'),
  spreadModel: choice('additive', ['fixed', 'additive'], 'How the spread is made: fixed (A2) or base + volatility + inventory (A3).'),
  baseSpreadBps: amount(5, 0.1, 1000, 'Full spread of `fixed`, and the part of `additive` that is always there.'),
  volCoefficient: amount(0.0625, 0, 10, 'Share of the hourly volatility (in bps) added to the spread by `additive` (A3).'),
  inventoryPremiumBps: amount(5, 0, 500, 'Added to the spread by `additive` at full inventory, in proportion below (A3).'),
  minSpreadBps: amount(0, 0, 1000, 'The spread is never below this, nor below twice the maker fee unless allowBelowCost.'),
  maxSpreadBps: amount(50, 0.1, 5000, 'The spread is never above this, unless the fees alone ask for more.'),
  allowBelowCost: onOff(false, 'Permits a spread that does not pay for the maker fee of both sides.'),
  skewFactor: amount(0.5, 0, 1, 'Share of the half-spread by which both quotes shift at full inventory (A8).'),
  quoteSizeUsd: amount(100, 1, 10_000_000, 'Size of each quote in USD.'),
  maxInventoryUsd: amount(1000, 1, 1_000_000_000, 'Hard cap on the position, long or short, in USD (C1).'),
  oneSidedAtRatio: amount(0.9, 0.1, 1, 'From this share of the cap on, the side that would grow the position is withdrawn (C1).'),
  hedgeThresholdRatio: amount(0.8, 0.01, 1, 'A position above this share of the cap is hedged (B1); the lowest threshold given applies.'),
  hedgeThresholdUsd: optional(1, 1_000_000_000, 'A position above this many USD is hedged (B1).'),
  hedgeThresholdQuotes: optional(0.1, 1000, 'A position above this many times quoteSizeUsd is hedged (B1).'),
  hedgeFraction: amount(0.5, 0.01, 1, 'Share of the position each hedge takes off (B2).'),
  hedgeMaxSlippageBps: amount(20, 0, 1000, 'A hedge accepts no price further from the mid than this.'),
  maxMarketSpreadBps: amount(30, 0.1, 5000, "Quoting pauses while the market's own spread is wider than this (C2)."),
  maxBookAgeMs: whole(2000, 100, 60_000, 'A book older than this is never quoted on (C11).'),
  makerFeeBps: optional(-100, 100, "Signed, a cost is positive: quotes reckon with it instead of the venue's own answer (F8)."),
  takerFeeBps: optional(-100, 100, "Signed, a cost is positive: hedges reckon with it instead of the venue's own answer (F8)."),
  fundingMinRateBps: amount(3, 0, 1000, 'Funding below this rate per interval, in bps, moves nothing (D2).'),
  fundingTiltRatio: amount(0.2, 0, 0.9, 'Target inventory while a funding tilt is in force, as a share of the cap (A15).'),
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
        : never;

export type Parameters = { readonly [Name in ParameterName]: ValueOf<(typeof PARAMETERS)[Name]> };

/** Parameters in force, with the fingerprint of their values that orders, logs and the audit name them by. */
export interface ParameterVersion {
  readonly version: string;
  readonly values: Parameters;
}
