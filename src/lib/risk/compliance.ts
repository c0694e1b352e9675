import { boundedEvidence, type ComplianceReason } from './assessment';
import type { CompiledPolicy } from './compiledPolicy';
import { areaEvidence, areaSentence, type Impact, trailerWeight } from './impact';
import type { MessageFacts } from './messageFacts';
import { type Framework, frameworks } from './policy';

/** The frameworks a commit touches, each with its reasons, in the order of `frameworks`. */
export function complianceOf(
  impact: Impact,
  message: MessageFacts,
  { policy }: CompiledPolicy,
): ComplianceReason[] {
  const reasons: ComplianceReason[] = [];
  const add = (framework: Framework, reason: string, evidence: string[]) =>
    reasons.push({ framework, reason, evidence: boundedEvidence(evidence) });
  for (const area of impact.areas) {
    for (const framework of area.frameworks) add(framework, areaSentence(area), areaEvidence(area));
  }
  for (const framework of frameworks) {
    const said = message.frameworks.get(framework);
    if (said !== undefined) add(framework, `Names ${framework} or what it protects.`, [`message: "${said}"`]);
  }
  for (const { key, value } of message.trailers) {
    const trailer = policy.trailers[key];
    if (!trailer || trailerWeight(trailer.values, value) === 0) continue;
    for (const framework of trailer.frameworks) add(framework, `Declares ${key}.`, [`${key}: ${value}`]);
  }
  return reasons.sort((a, b) => frameworks.indexOf(a.framework) - frameworks.indexOf(b.framework));
}
