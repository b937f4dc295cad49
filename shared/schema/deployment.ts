import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { InputError } from '../domain/failure.ts';
import { didYouMean, nearName } from './near-name.ts';
import { problemsOf } from './parameters/problems.ts';
import { groupsField, groupsOf, problemsOfGroups } from './quoting-groups.ts';
import { venueBaseUrl, venueName } from './venue.ts';

/**
 * A coin as its venue spells it: kPEPE, 1000BONK, 币安人生, xyz:TSLA. Not in it: the slash and the
 * hash that separate ids and keys, the dot that separates the parts of our order ids, and the comma
 * that separates markets.
 */
const symbol = z.string().check(
  z.regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}_:]{0,29}-PERP$/u, {
    error: 'must look like BTC-PERP: letters, digits, _ and : before -PERP, at most 30',
    // What is said of the stage as a whole names its markets.
    abort: true,
  }),
);

/**
 * What CloudFormation allows a stack, and what of it goes to each function that quotes, and to
 * everything else, of which an alarm for every 20 functions.
 */
const RESOURCES = { allowed: 500, function: 6, rest: 60 };
/** Functions that quote: as many markets fit when each has one of its own. */
export const MOST_ALONE = Math.floor((RESOURCES.allowed - RESOURCES.rest) / RESOURCES.function);
/** A dashboard shows so many metrics at most, of which nine are a market's and three a function's. */
const DASHBOARD_METRICS = 2500;
export const MOST_MARKETS = 200;

const stageSchema = z
  .strictObject({
    /** Prefix of the stacks: quotemill-<name>-state, quotemill-<name>-trading. */
    name: z
      .string()
      .check(
        z.regex(
          /^[a-z][a-z0-9-]{0,19}$/,
          'must be lower case letters, digits and dashes, at most 20',
        ),
      ),
    venues: z.partialRecord(
      venueName,
      z.strictObject({
        /** Undefined: deployed, but the functions stand aside until it is set. */
        baseUrl: z.optional(venueBaseUrl),
        /** Hours between two funding settlements at the venue. */
        fundingIntervalHours: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]),
        /**
         * The check runs this long before each settlement; Scheduler is only precise to a minute.
         */
        fundingCheckMinutesBefore: withDefault(z.int().check(z.gte(2), z.lte(30)), 5),
      }),
    ),
    /**
     * Where it is deployed, and nowhere else. Undefined: wherever the credentials lead, so that the
     * same stage may be deployed twice and trade twice.
     */
    account: z.optional(
      z.string().check(z.regex(/^\d{12}$/, 'must be the 12 digits of an account')),
    ),
    region: z.optional(
      z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region as eu-central-1')),
    ),
    markets: z.array(z.strictObject({ symbol, venue: venueName })).check(z.minLength(1)),
    /** Who shares a function. Undefined: each market has its own. */
    groups: groupsField,
    logRetentionDays: withDefault(
      z.union([
        z.literal(1),
        z.literal(3),
        z.literal(5),
        z.literal(7),
        z.literal(14),
        z.literal(30),
        z.literal(90),
      ]),
      7,
    ),
    /** Where alarms go; undefined: the alarms show in CloudWatch only. */
    alarmEmail: z.optional(z.email()),
  })
  .check(
    z.superRefine((stage, context) => {
      const seen = new Set<string>();
      stage.markets.forEach((market, index) => {
        const id = `${market.venue}/${market.symbol}`;
        if (seen.has(id))
          context.addIssue({
            code: 'custom',
            path: ['markets', index, 'symbol'],
            message: `${id} is named twice: one function trades a market`,
          });
        seen.add(id);
        if (stage.venues[market.venue] === undefined)
          context.addIssue({
            code: 'custom',
            path: ['markets', index, 'venue'],
            message: `${market.venue} is not among the venues of the stage`,
          });
      });
      for (const problem of problemsOfGroups(stage))
        context.addIssue({ code: 'custom', ...problem });
      const tooMany = tooManyMarkets(stage);
      if (tooMany !== undefined)
        context.addIssue({ code: 'custom', path: ['markets'], message: tooMany });
    }),
  );

function tooManyMarkets(stage: Parameters<typeof groupsOf>[0]): string | undefined {
  const { length: functions } = groupsOf(stage);
  const { length: markets } = stage.markets;
  if (markets > MOST_MARKETS)
    return (
      `${markets} markets are too many for one dashboard, which CloudWatch allows ${DASHBOARD_METRICS} metrics: ` +
      `${MOST_MARKETS} fit; write the rest as another stage`
    );
  if (functions <= MOST_ALONE) return undefined;
  return (
    `${markets} markets in ${functions} functions are too many for one stack, which CloudFormation allows ${RESOURCES.allowed} resources: ` +
    `${MOST_ALONE} fit alone, more in fewer functions (groups: [{ name, markets }]); or write the rest as another stage`
  );
}

export type Stage = z.infer<typeof stageSchema>;
export type StageInput = z.input<typeof stageSchema>;

/**
 * A stage, checked before anything is synthesized. @throws InputError with one line naming every
 * wrong field.
 */
export function parseStage(written: unknown): Stage {
  const parsed = stageSchema.safeParse(written);
  if (!parsed.success) throw new InputError(`stage: ${problemsOf(parsed.error)}`);
  return parsed.data;
}

/** A stage as written down: its name is the key it is found under. */
export type StageSettings = Omit<StageInput, 'name'>;

const deploymentContext = z.object({
  stage: withDefault(z.string(), 'paper'),
  venueBaseUrl: z.optional(venueBaseUrl),
  emulator: z.optional(z.literal(['1', 1, true], { error: 'must be 1, or be left out' })),
});

export interface Deployment {
  readonly stage: Stage;
  /** Deployed to an emulator of AWS: what it cannot do is left out. */
  readonly emulator: boolean;
}

/**
 * What `cdk -c stage=NAME -c venueBaseUrl=URL -c emulator=1` asks for, out of the stages written
 * down. Context that is not ours is ignored.
 * @throws InputError with one line when a name is unknown or a value is wrong.
 */
export function deploymentFromContext(
  stages: Readonly<Record<string, StageSettings>>,
  context: unknown,
): Deployment {
  const written = z.record(z.string(), z.unknown()).parse(context);
  refuseMisspelt(Object.keys(written));
  const parsed = deploymentContext.safeParse(written);
  if (!parsed.success) throw new InputError(`cdk context: ${problemsOf(parsed.error)}`);
  const { stage: name, venueBaseUrl: baseUrl, emulator } = parsed.data;
  const known = Object.keys(stages);
  const settings = Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (settings === undefined)
    throw new InputError(
      `cdk context: stage "${name}" is unknown${didYouMean(name, known)}; known stages: ${known.join(', ')}`,
    );
  const stage = parseStage({
    ...(baseUrl === undefined ? settings : withBaseUrl(settings, baseUrl)),
    name,
  });
  return { stage, emulator: emulator !== undefined };
}

/** A misspelt `-c stage` would deploy the default stage without a word. */
function refuseMisspelt(written: readonly string[]): void {
  const known = Object.keys(deploymentContext.shape);
  for (const name of written) {
    const meant =
      /^[a-z]+$/i.test(name) && !known.includes(name) ? nearName(name, known) : undefined;
    if (meant !== undefined)
      throw new InputError(`cdk context: "${name}" is unknown (did you mean "${meant}"?)`);
  }
}

const withBaseUrl = (settings: StageSettings, baseUrl: string): StageSettings => {
  const venue = settings.venues['purple-flea'];
  if (venue === undefined)
    throw new InputError(
      'cdk context: venueBaseUrl is for purple-flea, where this stage does not trade',
    );
  return { ...settings, venues: { ...settings.venues, 'purple-flea': { ...venue, baseUrl } } };
};
