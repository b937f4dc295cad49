import { type Reason, reason } from '../../domain/reason.ts';
import { avellanedaStoikov } from './avellaneda-stoikov.ts';
import { calibrateIntensity } from '../calibration/calibrate-intensity.ts';
import { calibrateReach } from '../calibration/calibrate-reach.ts';
import { glft, type GlftEigenvector, glftEigenvector, type GlftMarket } from './glft.ts';
import { byRegime, sigmaBps } from '../signals/volatility.ts';
import { additiveSpreadBps } from './additive.ts';
import type { ModelInput } from './spread-input.ts';
import { fixedSpreadBps } from './fixed.ts';

/** What one of the spread models says. */
export interface ModelQuotes {
  /** The model that said it: `additive` stands in for one that knows too little. */
  readonly name: 'fixed' | 'additive' | 'avellaneda-stoikov' | 'glft';
  readonly spreadBps: number;
  /**
   * By how much both quotes move, in bps; undefined: by the lean of A8, which is a share of the
   * half-spread quoted in the end.
   */
  readonly shiftBps: number | undefined;
  /** Fills by distance as they were reckoned with, where they matter. */
  readonly intensity: Intensity | undefined;
  readonly solved: GlftEigenvector | undefined;
  readonly reasons: readonly Reason[];
}

/** Trades that reach d bps from the mid arrive at arrivalRate exp(-k d) per second. */
interface Intensity {
  readonly k: number;
  readonly arrivalRate: number;
}

export function modelQuotes(input: ModelInput): ModelQuotes {
  switch (input.parameters.spreadModel) {
    case 'fixed':
      return leaning(input, 'fixed', fixedSpreadBps(input.parameters), []);
    // The grid does not quote around a fair value; what else looks at the spread gets additive's.
    case 'grid':
    case 'additive':
      return additive(input, []);
    case 'avellaneda-stoikov':
    case 'glft':
      return byIntensity(input, input.parameters.spreadModel);
  }
}

/** A rule of thumb for the spread, with the lean of A8. */
const leaning = (
  input: ModelInput,
  name: 'fixed' | 'additive',
  spreadBps: number,
  reasons: readonly Reason[],
): ModelQuotes => ({
  name,
  spreadBps,
  shiftBps: undefined,
  intensity: undefined,
  solved: input.brain.solved,
  reasons,
});

function additive(input: ModelInput, reasons: readonly Reason[]): ModelQuotes {
  const { parameters, volatility, inventoryRatio } = input;
  const { maxSpreadBps, volCoefficient, inventoryPremiumBps } = parameters;
  const hourlyVolatility = volatility.hourly;
  if (hourlyVolatility === undefined) return leaning(input, 'additive', maxSpreadBps, reasons);
  const baseSpreadBps =
    parameters.baseSpreadBps * byRegime(parameters.spreadMultipliers, volatility);
  return leaning(
    input,
    'additive',
    additiveSpreadBps({
      baseSpreadBps,
      volCoefficient,
      hourlyVolatility,
      inventoryPremiumBps,
      inventoryRatio,
    }),
    reasons,
  );
}

function byIntensity(input: ModelInput, name: 'avellaneda-stoikov' | 'glft'): ModelQuotes {
  const { hourly } = input.volatility;
  if (hourly === undefined) return additive(input, []);
  const intensity = intensityOf(input, name);
  if (typeof intensity === 'string')
    return additive(input, [
      reason(
        'calibration-thin',
        `${name} knows too little of how far trades reach: ${intensity}; additive instead`,
      ),
    ]);
  const sigma = roundedUp(sigmaBps(hourly));
  return name === 'glft'
    ? byGlft(input, intensity, sigma)
    : byAvellanedaStoikov(input, intensity, sigma);
}

/**
 * What people set counts; what they left open is learned from our own fills, and while those are
 * too few, from how far others' trades reach. The text says why nothing can be said.
 */
function intensityOf(
  { parameters, brain }: ModelInput,
  name: 'avellaneda-stoikov' | 'glft',
): Intensity | string {
  const { fillDecay, arrivalRate } = parameters;
  if (fillDecay !== undefined && (arrivalRate !== undefined || name === 'avellaneda-stoikov'))
    return { k: fillDecay, arrivalRate: arrivalRate ?? 0 };
  const own = calibrateIntensity(brain.intensity);
  const fit = own.kind === 'fitted' ? own : calibrateReach(brain.reach);
  if (fit.kind === 'thin') return fit.why;
  return { k: fillDecay ?? fit.k, arrivalRate: arrivalRate ?? fit.arrivalRate };
}

/** Units of both models: bps of the fair value, quotes of quoteSizeUsd, seconds. */
const quotesHeld = ({ inventoryRatio, targetRatio, capUsd, parameters }: ModelInput): number =>
  ((inventoryRatio - targetRatio) * capUsd) / parameters.quoteSizeUsd;

function byAvellanedaStoikov(input: ModelInput, intensity: Intensity, sigma: number): ModelQuotes {
  const { riskAversion, horizonSeconds } = input.parameters;
  const { reservationPrice, spread } = avellanedaStoikov({
    mid: 0,
    inventory: quotesHeld(input),
    sigma,
    gamma: riskAversion,
    k: intensity.k,
    timeLeft: horizonSeconds,
  });
  return {
    name: 'avellaneda-stoikov',
    spreadBps: spread,
    shiftBps: reservationPrice,
    intensity,
    solved: input.brain.solved,
    reasons: [],
  };
}

/**
 * Beyond so many quotes to the cap the exact form's bound is out of sight, and the closed form says
 * the same.
 */
const MOST_EXACT = 200;

/**
 * The funding tilt enters as the drift at which GLFT's own optimum is to hold the target: drift =
 * gamma sigma^2 x target (A15, bounded like every tilt).
 */
function byGlft(input: ModelInput, { k, arrivalRate }: Intensity, sigma: number): ModelQuotes {
  const { parameters, capUsd, brain } = input;
  const gamma = parameters.riskAversion;
  const maxInventory = Math.max(1, capUsd / parameters.quoteSizeUsd);
  const target = (input.targetRatio * capUsd) / parameters.quoteSizeUsd;
  const market: GlftMarket = {
    sigma,
    gamma,
    k,
    arrivalRate,
    maxInventory,
    drift: gamma * sigma ** 2 * target,
  };
  const form = maxInventory <= MOST_EXACT ? 'exact' : 'closed';
  const solved = form === 'exact' ? glftEigenvector(market, brain.solved) : brain.solved;
  // Just inside the bound both sides have a price; near it C1 withdraws the one that would go
  // beyond.
  const most = maxInventory - 1;
  const inventory = Math.max(
    -most,
    Math.min(most, (input.inventoryRatio * capUsd) / parameters.quoteSizeUsd),
  );
  const { bidOffset = 0, askOffset = 0 } = glft({ ...market, inventory, form }, solved);
  return {
    name: 'glft',
    spreadBps: bidOffset + askOffset,
    shiftBps: (askOffset - bidOffset) / 2,
    intensity: { k, arrivalRate },
    solved,
    reasons: [],
  };
}

/**
 * Two digits, up: the eigenvector of `glft` is then good for many looks, and the model never
 * reckons with less risk than there is.
 */
function roundedUp(sigma: number): number {
  if (sigma === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(sigma)) - 1);
  return Math.ceil(sigma / unit - ROUNDING) * unit;
}

const ROUNDING = 1e-9;
