// npm run knowledge -- add|list|remove|search: see server/cli/knowledge.ts.
import { buildPart, runBuilt } from './built.mjs';

buildPart('scripts/knowledge.mjs', 'server');
runBuilt('dist/server/knowledge.js');
