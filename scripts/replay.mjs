// npm run replay -- <run>: see server/cli/replay.ts.
import { buildPart, runBuilt } from './built.mjs';

buildPart('scripts/replay.mjs', 'server');
runBuilt('dist/server/replay.js');
