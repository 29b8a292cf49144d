#!/bin/sh
# Puts the embedded ClickHouse library (chDB) into the user's cache and prints its path as the last line.
# Pinned version, checked against eng/fetch-chdb.pins, instant when it is there already, safe to run twice at once.
set -eu

version=26.7.3-stable.1
pins="$(cd "$(dirname "$0")" && pwd)/fetch-chdb.pins"
root="${XDG_CACHE_HOME:-$HOME/.cache}/analytics/chdb"
library="$root/$version/libchdb.so"

fail() {
  echo "fetch-chdb: $1" >&2
  exit 1
}

if [ -f "$library" ]; then
  echo "$library"
  exit 0
fi

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) package=@chdb/lib-linux-x64-gnu ;;
  Linux-aarch64 | Linux-arm64) package=@chdb/lib-linux-arm64-gnu ;;
  Darwin-arm64) package=@chdb/lib-darwin-arm64 ;;
  Darwin-x86_64) package=@chdb/lib-darwin-x64 ;;
  *) fail "there is no chDB for $(uname -s) on $(uname -m); it exists for Linux (glibc) and macOS on x86-64 and ARM64." ;;
esac

command -v npm > /dev/null 2>&1 \
  || fail "npm is not installed: install Node.js with npm (Debian: apt-get install npm) and run again."

expected="$(awk -v package="$package" -v version="$version" '$1 == package && $2 == version { print $3 }' "$pins")"
[ -n "$expected" ] \
  || fail "$package $version has no checksum in $pins: add the hexadecimal form of 'npm view $package@$version dist.integrity' there and run again."

mkdir -p "$root"
# What a killed run left behind, a day later.
find "$root" -maxdepth 1 -name '.fetch.*' -mmin +1440 -exec rm -rf {} +
work="$(mktemp -d "$root/.fetch.XXXXXX")"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

echo "fetch-chdb: downloading $package $version (about 180 MB)" >&2
npm pack "$package@$version" --pack-destination "$work" --ignore-scripts > "$work/npm.log" 2>&1 \
  || { cat "$work/npm.log" >&2; fail "npm could not download $package $version."; }

set -- "$work"/*.tgz
[ -f "$1" ] || fail "npm left no package file for $package $version."
if command -v sha512sum > /dev/null 2>&1; then
  actual="$(sha512sum "$1" | cut -d ' ' -f 1)"
else
  actual="$(shasum -a 512 "$1" | cut -d ' ' -f 1)"
fi
[ "$actual" = "$expected" ] \
  || fail "the checksum of $package $version is $actual, not $expected as in $pins: nothing was installed."

tar -xzf "$1" -C "$work" package/libchdb.so
# In one step and on the same file system: whoever looks sees the whole file or none.
mkdir -p "$root/$version"
mv -f "$work/package/libchdb.so" "$library"
echo "$library"
