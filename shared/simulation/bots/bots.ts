import type { Bot } from './bot.ts';
import { s0Additive } from './s0-additive.ts';
import { s1Fixed } from './s1-fixed.ts';
import { s2Grid } from './s2-grid.ts';
import { s2Ladder } from './s2-ladder.ts';
import { s3PostOnly } from './s3-post-only.ts';

/** The source texts' market makers, in the order of the texts. */
export const BOTS: readonly Bot[] = [s0Additive, s1Fixed, s2Ladder, s2Grid, s3PostOnly];
