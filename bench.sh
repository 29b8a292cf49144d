#!/usr/bin/env bash
# Measures this system and its peers from outside, in turn, on this machine, and prints medians and ratios.
# ./bench.sh                 all cases, three runs each; the result goes to bench/results/latest.json
# ./bench.sh CASE …          some of them, see bench/README.md
# --only TEXT  some inputs of kafka-table and metrics
# --quick  small inputs and one run     --runs N     --json FILE  where the JSON goes
# ./bench.sh micro [ARG …]   the micro-benchmarks; BenchmarkDotNet's own arguments, for example --filter '*Decode*'
set -euo pipefail
start="$PWD"
cd "$(dirname "${BASH_SOURCE[0]}")"
root="$PWD"
. eng/require-dotnet.sh
. eng/package-set.sh
CHDB_LIBRARY_PATH="${CHDB_LIBRARY_PATH:-$(eng/fetch-chdb.sh | tail -n 1)}"
export CHDB_LIBRARY_PATH
system_kafka=""
[ "$redist" = true ] || system_kafka=librdkafka1
# shellcheck disable=SC2086
eng/debian-packages.sh openjdk-17-jre-headless:java wrk util-linux:setpriv $system_kafka
KAFKA_BROKER_HOME="${KAFKA_BROKER_HOME:-$(eng/fetch-kafka-broker.sh | tail -n 1)}"
export KAFKA_BROKER_HOME
BENCH_REVISION="$(git rev-parse --short HEAD 2>/dev/null || echo unknown)"
export BENCH_REVISION
if ! log="$(dotnet build bench -c Release --verbosity quiet 2>&1)"; then
  printf '%s\n' "$log" >&2
  exit 1
fi
# A run of everything, in full, is the one to keep.
json=()
[ $# -gt 0 ] || json=(--json "$root/bench/results/latest.json")
cd "$start"
exec dotnet "$root/artifacts/bin/$flavour/Analytics.Bench/Release/net10.0/Analytics.Bench.dll" "$@" "${json[@]}"
