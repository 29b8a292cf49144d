#!/bin/sh
# debian-packages.sh NAME[:COMMAND] …: makes sure that Debian packages are installed. A package whose COMMAND is there from elsewhere counts as
# installed. Silent and instant when nothing is missing; otherwise root installs, and everybody else is told what to install.
set -eu

is_installed() {
  case "$1" in
    *:*) ! command -v "${1#*:}" > /dev/null 2>&1 || return 0 ;;
  esac
  # shellcheck disable=SC2016
  [ "$(dpkg-query -W -f '${db:Status-Status}' "${1%%:*}" 2> /dev/null)" = installed ]
}

missing=""
for wanted in "$@"; do
  is_installed "$wanted" || missing="$missing ${wanted%%:*}"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get > /dev/null 2>&1 || [ "$(id -u)" -ne 0 ]; then
  echo "debian-packages: not installed:$missing. As root, run: apt-get update && apt-get install --no-install-recommends$missing" >&2
  exit 1
fi

echo "debian-packages: installing$missing" >&2
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
# An index that could not be refreshed may still do; the installation decides.
apt-get -qq update > "$log" 2>&1 || true
# shellcheck disable=SC2086
apt-get -qq install --yes --no-install-recommends $missing >> "$log" 2>&1 \
  || { cat "$log" >&2; echo "debian-packages: apt-get could not install$missing." >&2; exit 1; }
