// npm run audit -- verify: see server/cli/audit.ts.
import { buildPart, runBuilt } from './built.mjs';

buildPart('scripts/audit.mjs', 'server');
runBuilt('dist/server/audit.js');
