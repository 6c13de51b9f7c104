import { describeDatabase } from './db.contract.ts';
import { openPglite, openPostgres } from './index.ts';

describeDatabase('PGlite', () => openPglite(null));

// Registered only where there is a PostgreSQL: `npm run test:postgres` names one.
const url = process.env.TEST_DATABASE_URL;
const migrationUrl = process.env.TEST_DATABASE_MIGRATION_URL ?? null;
if (url) describeDatabase('PostgreSQL', () => openPostgres({ url, migrationUrl, poolMax: 4 }));
