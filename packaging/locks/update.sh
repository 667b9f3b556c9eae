#!/bin/sh
# Resolve the dependencies anew and write them down with their hashes. Needs pip-tools.
set -eu
cd "$(dirname "$0")/../.."
lock() {
    pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options "$@"
}
lock packaging/locks/build.in --output-file packaging/locks/build.txt
lock pyproject.toml --constraint packaging/locks/build.txt --output-file packaging/locks/run.txt
lock pyproject.toml --extra dev --constraint packaging/locks/run.txt --output-file packaging/locks/dev.txt
lock pyproject.toml --extra dev --extra bench --constraint packaging/locks/dev.txt --output-file packaging/locks/bench.txt
