#!/bin/bash
# Runs a command beside a PostgreSQL and a Redis of its own, both empty, on free loopback ports, and removes them after:
#   scripts/with-services.sh npm run test:postgres
# The command finds their addresses in TEST_DATABASE_URL, TEST_DATABASE_MIGRATION_URL and TEST_REDIS_URL.
set -euo pipefail
[ $# -gt 0 ] || { echo 'Usage: scripts/with-services.sh <command> [argument ...]' >&2; exit 2; }

scripts=$(cd "$(dirname "$0")" && pwd)
postgres_programs=$(sh "$scripts/fetch-postgres.sh")
redis_programs=$(sh "$scripts/fetch-redis.sh")
folder=$(mktemp -d "${TMPDIR:-/tmp}/cardwise-services-XXXXXX")
postgres_pid='' redis_pid=''

finish() {
  # An interrupted fast shutdown is enough: the data is thrown away.
  [ -z "$postgres_pid" ] || kill -INT "$postgres_pid" 2> /dev/null || true
  [ -z "$redis_pid" ] || kill "$redis_pid" 2> /dev/null || true
  wait 2> /dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# PostgreSQL refuses to run as root.
as_nobody=()
if [ "$(id -u)" = 0 ]; then
  as_nobody=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
  "${as_nobody[@]}" test -x "$postgres_programs/postgres" || {
    echo "The user nobody cannot reach $postgres_programs. Keep the programs elsewhere: CARDWISE_CACHE=<folder>." >&2
    exit 1
  }
  chmod 755 "$folder"
  mkdir "$folder/postgres"
  chown nobody "$folder/postgres"
fi

free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# Tries a command until it succeeds, as long as the process lives and half a minute has not passed.
await() {
  local pid=$1 log=$2 tries
  shift 2
  for ((tries = 0; tries < 300; tries += 1)); do
    "$@" > /dev/null 2>&1 && return
    kill -0 "$pid" 2> /dev/null || break
    sleep 0.1
  done
  cat "$log" >&2
  return 1
}

# The output of initdb matters only when it fails. The owner's name and password are public: nobody else reaches it.
(
  cd "$folder"
  "${as_nobody[@]}" env LC_ALL=C.UTF-8 "$postgres_programs/initdb" --pgdata "$folder/postgres" --auth trust \
    --username owner --encoding UTF8 --locale C.UTF-8 --no-sync > "$folder/initdb.log" 2>&1
) || { cat "$folder/initdb.log" >&2; exit 1; }
postgres_port=$(free_port)
(
  cd "$folder"
  exec "${as_nobody[@]}" "$postgres_programs/postgres" -D "$folder/postgres" -h 127.0.0.1 -p "$postgres_port" -k '' \
    -c jit=off -c fsync=off -c max_connections=200 > "$folder/postgres.log" 2>&1
) &
postgres_pid=$!
redis_port=$(free_port)
"$redis_programs/redis-server" --bind 127.0.0.1 --port "$redis_port" --dir "$folder" --save '' --appendonly no \
  --maxmemory-policy noeviction > "$folder/redis.log" 2>&1 &
redis_pid=$!
await "$postgres_pid" "$folder/postgres.log" "$postgres_programs/pg_isready" -q -h 127.0.0.1 -p "$postgres_port"
await "$redis_pid" "$folder/redis.log" "$redis_programs/redis-cli" -h 127.0.0.1 -p "$redis_port" ping
"$postgres_programs/psql" -q -h 127.0.0.1 -p "$postgres_port" -U owner -d postgres -c 'create database cardwise'

# Migrating makes the login role: it owns nothing and cannot go around row-level security.
export TEST_DATABASE_MIGRATION_URL=postgres://owner@127.0.0.1:$postgres_port/cardwise
export TEST_DATABASE_URL=postgres://cardwise_app_login:test@127.0.0.1:$postgres_port/cardwise
export TEST_REDIS_URL=redis://127.0.0.1:$redis_port
"$@"
