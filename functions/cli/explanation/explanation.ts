import type { DecisionRecord } from '#shared/cycles/requote/decision-record.ts';
import { utcTime } from '#shared/domain/time.ts';
import type { EpochMs } from '#shared/domain/units.ts';
import { seconds, sectionText } from './figures.ts';
import { lookSection } from './look-section.ts';
import {
  guardrailSection,
  ladderSection,
  quotesSection,
  reasonsSection,
} from './quote-sections.ts';
import { signalSection, spreadSection } from './signal-sections.ts';

/**
 * The reasoning of one decision, stage by stage, for people. `when`: the time it was asked for, at
 * or after the decision.
 */
export function explanation(made: DecisionRecord, when: EpochMs): string {
  const { view, parameters, decision } = made;
  const title = `${view.spec.symbol} at ${utcTime(when)}`;
  const { spreadModel, mode } = parameters.values;
  const head = [
    title,
    `decided ${seconds(when - view.now)} before, at ${utcTime(view.now)}; parameters ${parameters.version.slice(0, 12)}, ${spreadModel}, ${mode}`,
  ].join('\n');
  const stages =
    decision.kind === 'stand-aside' && decision.sight === 'blind'
      ? []
      : [
          signalSection(decision),
          spreadSection(decision, spreadModel),
          ladderSection(decision.stages, view),
          guardrailSection(decision),
        ];
  return [
    head,
    ...[lookSection(view), ...stages, quotesSection(made), reasonsSection(decision)].map(
      sectionText,
    ),
  ].join('\n\n');
}
