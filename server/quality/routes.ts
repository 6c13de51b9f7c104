import type { Route } from '../http/index.ts';
import type { QualityDeps } from './deps.ts';
import { gapRoutes } from './gaps/routes.ts';
import { goldenRoutes } from './golden/routes.ts';
import { runRoutes } from './runs/routes.ts';
import { thresholdRoutes } from './threshold/routes.ts';

/** How good the answers are, and what is missing: golden sets, runs over them, gaps. */
export function qualityRoutes(deps: QualityDeps): Route[] {
  return [...goldenRoutes(deps), ...runRoutes(deps), ...thresholdRoutes(deps), ...gapRoutes(deps)];
}
