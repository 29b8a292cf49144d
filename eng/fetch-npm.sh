#!/bin/sh
# fetch-npm.sh PACKAGE VERSION FILE [FOLDER]: puts one file or folder of an npm package into FOLDER of the user's cache (npm/PACKAGE/VERSION without
# one) and prints its path as the last line. "." stands for all of the package, which is then called "package".
# Pinned version, checked against eng/npm.pins, instant when it is there already, safe to run twice at once. A folder needs GNU mv.
set -eu

package="$1"
version="$2"
file="$3"
[ "$file" = . ] && source=package || source="package/${file%/}"
pins="$(cd "$(dirname "$0")" && pwd)/npm.pins"
root="${XDG_CACHE_HOME:-$HOME/.cache}/analytics"
target="$root/${4:-npm/$package/$version}/$(basename "$source")"

fail() {
  echo "fetch-npm: $1" >&2
  exit 1
}

if [ -e "$target" ]; then
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

# -o: root would otherwise give the files to whoever packed them.
tar -xozf "$1" -C "$work" "$source"
# In one step and on the same file system: whoever looks sees all of it or none.
mkdir -p "$(dirname "$target")"
if [ -d "$work/$source" ]; then
  # -T: a plain mv would move it into the folder that another run has just put there. That one is as good.
  mv -T "$work/$source" "$target" 2> "$work/mv.log" || [ -d "$target" ] \
    || { cat "$work/mv.log" >&2; fail "$target could not be put in place."; }
else
  mv -f "$work/$source" "$target"
fi
echo "$target"
