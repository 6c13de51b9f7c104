#!/bin/bash
# The sum of all migrations, as PostgreSQL itself writes it, in migrations/schema.sql:
#   scripts/with-services.sh scripts/schema.sh           writes it
#   scripts/with-services.sh scripts/schema.sh --check   fails where it is not up to date
set -euo pipefail
cd "$(dirname "$0")/.."
: "${TEST_DATABASE_MIGRATION_URL:?Run this through scripts/with-services.sh}"

programs=$(sh scripts/fetch-postgres.sh)
node --import tsx scripts/build.ts --stale server
DATABASE_URL=$TEST_DATABASE_URL DATABASE_MIGRATION_URL=$TEST_DATABASE_MIGRATION_URL \
  MASTER_KEY=$(node -p 'require("node:crypto").randomBytes(32).toString("base64")') \
  node dist/server/migrate.js > /dev/null

# Without what changes from one dump to the next: versions, session settings and the tokens of \restrict.
dump() {
  echo '-- The sum of all migrations. Written by scripts/schema.sh; change a migration, not this file.'
  "$programs/pg_dump" "$TEST_DATABASE_MIGRATION_URL" --schema-only --schema=public --no-owner |
    grep -vE '^(--|SET |SELECT pg_catalog\.set_config|\\(un)?restrict)' | cat -s
}

if [ "${1:-}" = --check ]; then
  diff -u migrations/schema.sql <(dump) || {
    echo 'migrations/schema.sql is not the sum of the migrations. Write it anew: scripts/with-services.sh scripts/schema.sh' >&2
    exit 1
  }
else
  dump > migrations/schema.sql
fi
