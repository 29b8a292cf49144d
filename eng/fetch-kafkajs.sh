#!/bin/sh
# Puts the Kafka client of Node.js (npm's kafkajs, MIT) into the user's cache and prints the path of its folder as the last line. For tests only.
exec "$(dirname "$0")/fetch-npm.sh" kafkajs 2.2.4 .
