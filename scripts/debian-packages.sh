# Sourced by fetch-postgres.sh and fetch-redis.sh: programs of a newer Debian, unpacked beside the system instead of
# installed into it. They need a newer libc than Debian 12 has, so each is started through its own loader.
#
# apt checks every signature; the mirror is whichever one this machine already uses.

release=trixie

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Where downloads are kept. Root's home is usually closed to others, and PostgreSQL runs as another user.
cache_folder() {
  if [ -n "${CARDWISE_CACHE:-}" ]; then
    printf '%s\n' "$CARDWISE_CACHE"
  elif [ "$(id -u)" = 0 ]; then
    printf '%s\n' /var/cache/cardwise
  else
    printf '%s\n' "${XDG_CACHE_HOME:-$HOME/.cache}/cardwise"
  fi
}

# unpack_packages NAME PACKAGE... : leaves the files in <cache>/NAME/root and prints that folder's parent.
# A second call with the same list finds them there.
unpack_packages() {
  name=$1
  shift
  for tool in apt-get dpkg-deb; do
    command -v "$tool" > /dev/null || die "This needs Debian or Ubuntu: $tool is missing."
  done
  mkdir -p "$(cache_folder)"
  place=$(cd "$(cache_folder)" && pwd -P)/$name
  # The wrappers hold absolute paths, so the place belongs to what was made.
  wanted="$release $place $*"
  if [ "$(cat "$place/complete" 2> /dev/null || true)" = "$wanted" ]; then
    printf '%s\n' "$place"
    return
  fi
  rm -rf "$place"
  mkdir -p "$place/apt/lists/partial" "$place/apt/archives/partial" "$place/archives" "$place/root"
  host_release=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Release: $host_release" | head -n 1)}
  [ -n "$mirror" ] || die "apt knows no mirror for $host_release. Name one: DEBIAN_MIRROR=<address>."
  echo "deb $mirror $release main" > "$place/apt/sources.list"
  : > "$place/apt/status"
  apt_here() {
    apt-get -qq -o "Dir::Etc::sourcelist=$place/apt/sources.list" -o Dir::Etc::sourceparts=- \
      -o "Dir::State=$place/apt" -o "Dir::State::status=$place/apt/status" -o "Dir::Cache=$place/apt" \
      -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
  }
  apt_here update >&2
  (cd "$place/archives" && apt_here download "$@") >&2
  for archive in "$place"/archives/*.deb; do
    dpkg-deb -x "$archive" "$place/root"
  done
  rm -rf "$place/apt" "$place/archives"
  printf '%s\n' "$place"
}

# through_own_loader PLACE PROGRAM... : replaces each program by a script which starts it with the unpacked libraries.
# Refuses one that would take a library from this machine, or not find it.
through_own_loader() {
  place=$1
  shift
  loader=$(ls "$place"/root/usr/lib/*/ld-linux-*.so.* | head -n 1)
  libraries=$(dirname "$loader")
  mkdir -p "$place/bin"
  for program in "$@"; do
    if [ ! -e "$program.real" ]; then
      mv "$program" "$program.real"
      printf '#!/bin/sh\nexec "%s" --argv0 "%s" --library-path "%s" "%s" "$@"\n' \
        "$loader" "$program" "$libraries" "$program.real" > "$program"
      chmod 755 "$program"
    fi
    strays=$("$loader" --library-path "$libraries" --list "$program.real" | grep '=>' | grep -v "=> $place/root/" || true)
    [ -z "$strays" ] || die "$program needs libraries which its package list lacks:" "$strays"
    ln -sf "$program" "$place/bin/$(basename "$program")"
  done
}

mark_complete() {
  place=$1
  shift
  printf '%s' "$release $place $*" > "$place/complete"
}
