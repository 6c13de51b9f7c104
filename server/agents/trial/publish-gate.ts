import type { TenantId } from '../../kernel/index.ts';
import { candidateOf, hasGatingSets, judgeCandidate, type QualityDeps } from '../../quality/index.ts';
import type { AgentDefinition, PublishGate } from '../definition/index.ts';
import { answerAs, type TrialDeps } from './answer-as.ts';
import { hasRecentQuestions, replayRecent } from './replay-recent.ts';

/**
 * A version has to stand every golden set that says so, and what people asked of late. Both are answered as the
 * version would: by its models, with its instructions, from its knowledge. `answering` is what answers now.
 */
export function publishGate(
  deps: TrialDeps,
  quality: QualityDeps,
  answering: (tenantId: TenantId) => Promise<AgentDefinition>,
): PublishGate {
  return {
    async hasWork(tenantId) {
      return (await hasGatingSets(quality, tenantId)) || hasRecentQuestions(deps, tenantId);
    },
    async judge(tenantId, { agentId, version, definition, published }, signal) {
      const asVersion: QualityDeps = {
        ...quality,
        answer: (_, asked) => answerAs(deps, tenantId, definition, asked),
      };
      const candidate = candidateOf(agentId, version, definition.knowledge);
      const sets = await judgeCandidate(asVersion, tenantId, candidate, signal, { withAnswers: true });
      const current = published?.definition ?? (await answering(tenantId));
      const recent = await replayRecent(deps, tenantId, { candidate: definition, current }, signal);
      return {
        passed: sets.passed && recent.passed,
        report: { ...sets.report, recent: recent.report },
      };
    },
  };
}
