#!/bin/sh
# Puts the flights data set (npm's vega-datasets, BSD-3-Clause) into the user's cache and prints its path as the last line. For tests only.
exec "$(dirname "$0")/fetch-npm.sh" vega-datasets 3.2.1 data/flights-200k.json
