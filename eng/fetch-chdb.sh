#!/bin/sh
# Puts the embedded ClickHouse library (chDB, about 180 MB packed) into the user's cache and prints its path as the last line.
set -eu

version=26.7.3-stable.1
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) machine=linux-x64-gnu ;;
  Linux-aarch64 | Linux-arm64) machine=linux-arm64-gnu ;;
  Darwin-arm64) machine=darwin-arm64 ;;
  Darwin-x86_64) machine=darwin-x64 ;;
  *)
    echo "fetch-chdb: there is no chDB for $(uname -s) on $(uname -m); it exists for Linux (glibc) and macOS on x86-64 and ARM64." >&2
    exit 1
    ;;
esac

exec "$(dirname "$0")/fetch-npm.sh" "@chdb/lib-$machine" "$version" libchdb.so "chdb/$version"
