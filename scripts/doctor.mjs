// npm run doctor: see server/cli/doctor.ts.
import { buildPart, runBuilt } from './built.mjs';

buildPart('scripts/doctor.mjs', 'server');
runBuilt('dist/server/doctor.js');
