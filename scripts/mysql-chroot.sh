#!/usr/bin/env bash
# Brings up MySQL proper (Debian unstable's mysql-server-core) in a chroot, for the tests to start beside MariaDB.
# Debian's stable releases carry MariaDB only, and the two answer differently in places that matter here.
#
# usage: scripts/mysql-chroot.sh [DIRECTORY]     default: $PHARUS_TEST_MYSQL_CHROOT or /var/cache/pharus-test/mysql-sid
#
# Prints the directory. An existing chroot is used again. Exits 2, with the reason, where a chroot cannot be made.
set -euo pipefail

directory=${1:-${PHARUS_TEST_MYSQL_CHROOT:-/var/cache/pharus-test/mysql-sid}}

cannot() {
  printf 'mysql-chroot: %s\n' "$1" >&2
  exit 2
}

works() {
  [ -x "$1/usr/sbin/mysqld" ] && chroot "$1" /usr/sbin/mysqld --no-defaults --version >/dev/null 2>&1
}

[ "$(uname -s)" = Linux ] || cannot "chroots of Debian need Linux, this is $(uname -s)"
[ "$(id -u)" = 0 ] || cannot 'making a chroot needs root; set TEST_MYSQL_URL to a server of your own instead'

if works "$directory"; then
  printf '%s\n' "$directory"
  exit 0
fi

command -v apt-get >/dev/null || cannot 'no apt-get here to take packages from'
if ! command -v debootstrap >/dev/null; then
  apt-get update -qq >&2 || cannot 'apt-get update failed'
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >&2 \
    || cannot 'apt-get could not install debootstrap'
fi

# The mirror and the proxy are those this machine's own apt uses.
mirror_of_apt() {
  apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' 'Label: Debian' 2>/dev/null \
    | awk '$2 !~ /security/ { site = site == "" ? $1 : site } END { print site }'
}
mirror=$(mirror_of_apt)
if [ -z "$mirror" ]; then
  # A fresh machine or container knows its mirrors only once their lists are there.
  apt-get update -qq >&2 || cannot 'apt-get update failed'
  mirror=$(mirror_of_apt)
fi
[ -n "$mirror" ] || cannot "no Debian mirror found in this machine's apt sources"
if [ -z "${http_proxy:-}" ]; then
  proxy=
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  if [ -n "$proxy" ]; then export http_proxy=$proxy https_proxy=${https_proxy:-$proxy}; fi
fi
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || keyring=/etc/apt/trusted.gpg
[ -r "$keyring" ] || cannot "Debian's archive keyring is not installed (package debian-archive-keyring)"

# Made beside its final place and renamed when it works, so a broken attempt is never taken for a chroot.
mkdir -p "$(dirname "$directory")"
attempt=$(mktemp -d "$directory.XXXXXX")
trap 'rm -rf --one-file-system "$attempt"' EXIT
# The chroot is only run as a program's library, never as a system: the smallest set of packages, no recommendations.
if ! debootstrap --variant=minbase --include=mysql-server-core --keyring="$keyring" sid "$attempt" "$mirror" \
  >"$attempt.log" 2>&1; then
  reason=$(grep -E '^(E|W):' "$attempt.log" | tail -n 1)
  tail -n 5 "$attempt.log" "$attempt/debootstrap/debootstrap.log" >&2 2>/dev/null || true
  rm -f "$attempt.log"
  cannot "debootstrap failed: ${reason:-see above}"
fi
rm -f "$attempt.log"
rm -rf "$attempt"/var/cache/apt/archives/*.deb "$attempt"/var/lib/apt/lists/*
chmod 755 "$attempt"
works "$attempt" || cannot 'the chroot was made, but its mysqld does not run'
rm -rf --one-file-system "$directory"
mv "$attempt" "$directory"
trap - EXIT
printf '%s\n' "$directory"
