#!/bin/sh
# fetch-npm.sh PACKAGE VERSION FILE [FOLDER]: puts one file of an npm package into FOLDER of the user's cache (npm/PACKAGE/VERSION without one)
# and prints its path as the last line.
# Pinned version, checked against eng/npm.pins, instant when it is there already, safe to run twice at once.
set -eu

package="$1"
version="$2"
file="$3"
pins="$(cd "$(dirname "$0")" && pwd)/npm.pins"
root="${XDG_CACHE_HOME:-$HOME/.cache}/analytics"
target="$root/${4:-npm/$package/$version}/$(basename "$file")"

fail() {
  echo "fetch-npm: $1" >&2
  exit 1
}

if [ -f "$target" ]; then
  echo "$target"
  exit 0
fi

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

echo "fetch-npm: downloading $package $version" >&2
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

tar -xzf "$1" -C "$work" "package/$file"
# In one step and on the same file system: whoever looks sees the whole file or none.
mkdir -p "$(dirname "$target")"
mv -f "$work/package/$file" "$target"
echo "$target"
