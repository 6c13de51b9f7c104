import { fold } from './match-name.ts';

export interface StageChoice {
  pipelineId: number;
  statusId: number;
  pipeline: string;
  status: string;
}

/**
 * The stages a rep may mean by some words: those of the lead's own pipeline before all others, whole names
 * before beginnings before parts. More than one only if equally good.
 */
export function matchStages(
  words: string,
  stages: StageChoice[],
  ownPipelineId: number | null,
): StageChoice[] {
  const wanted = fold(words);
  if (wanted === '') return [];
  const rank = (stage: StageChoice): number => {
    const status = fold(stage.status);
    const both = fold(`${stage.pipeline} ${stage.status}`);
    const fit =
      status === wanted || both === wanted
        ? 0
        : status.startsWith(wanted)
          ? 2
          : both.includes(wanted)
            ? 4
            : 9;
    return fit + (stage.pipelineId === ownPipelineId ? 0 : 1);
  };
  const best = Math.min(9, ...stages.map(rank));
  return best >= 9 ? [] : stages.filter(stage => rank(stage) === best);
}
