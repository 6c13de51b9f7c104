#!/bin/sh
# Fetches a Redis server for tests and benchmarks, without installing anything, and prints the folder of its programs.
# CARDWISE_CACHE names another place to keep it.
set -eu
. "$(dirname "$0")/debian-packages.sh"

packages='redis-server redis-tools libc6 libgcc-s1 libstdc++6 libatomic1 libjemalloc2 liblua5.1-0 liblzf1 libhiredis1.1.0
  libssl3t64 libzstd1 zlib1g libsystemd0 libcap2'

place=$(unpack_packages redis $packages)
programs=$place/root/usr/bin
if [ ! -e "$place/complete" ]; then
  # redis-server is a link to a program which looks at its own name.
  cp --remove-destination "$(readlink -f "$programs/redis-check-rdb")" "$programs/redis-server"
  through_own_loader "$place" "$programs/redis-server" "$programs/redis-cli"
  mark_complete "$place" $packages
fi
printf '%s\n' "$programs"
