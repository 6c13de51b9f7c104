#!/bin/sh
# Fetches PostgreSQL 17 with pgvector for tests and benchmarks, without installing anything, and prints the folder of
# its programs. About 145 MB, once. CARDWISE_CACHE names another place to keep it.
set -eu
. "$(dirname "$0")/debian-packages.sh"

# Servers and client first, then the libraries they load. Without the JIT, which would bring LLVM: start with -c jit=off.
packages='postgresql-17 postgresql-client-17 postgresql-17-pgvector
  libc6 libgcc-s1 libstdc++6 zlib1g libzstd1 liblz4-1 liblzma5 libxxhash0 libssl3t64 libicu76 libxml2 libxslt1.1 libuuid1
  libpq5 libreadline8t64 libtinfo6 libldap2 libsasl2-2 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libcom-err2
  libkeyutils1 libpam0g libaudit1 libcap-ng0 libselinux1 libpcre2-8-0 libsystemd0 libcap2 tzdata'

place=$(unpack_packages postgres-17 $packages)
programs=$place/root/usr/lib/postgresql/17/bin
if [ ! -e "$place/complete" ]; then
  # initdb and pg_ctl look for postgres beside themselves, so the scripts stand where the programs stood.
  through_own_loader "$place" "$programs/initdb" "$programs/postgres" "$programs/pg_ctl" "$programs/pg_isready" \
    "$programs/psql" "$programs/pg_dump" "$programs/pg_restore"
  mark_complete "$place" $packages
fi
printf '%s\n' "$programs"
