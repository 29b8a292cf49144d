#!/bin/sh
# Puts ClickHouse's own client for Node.js (npm's @clickhouse/client, Apache-2.0) into the user's cache and prints the path of its folder as the last
# line. For tests only.
exec "$(dirname "$0")/fetch-npm.sh" @clickhouse/client 1.23.1 .
