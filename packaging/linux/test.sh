#!/bin/sh
# Set up if need be, then check style, types, import directions and run the tests. A warning fails.
# Where the kernel allows it the tests run without any network but this machine's own loopback.
set -eu
cd "$(dirname "$0")/../.."
packaging/linux/setup.sh dev
PATH="$PWD/.venv/bin:$PATH"
ruff check .
ruff format --check .
mypy
lint-imports

if unshare --net true 2>/dev/null; then
    alone="unshare --net"
elif unshare --map-root-user --net true 2>/dev/null; then
    alone="unshare --map-root-user --net"
else
    echo "note: this system lets nobody cut the network off, so the tests run with it" >&2
    exec pytest --numprocesses 2 "$@"
fi
# shellcheck disable=SC2016 # the inner shell is to expand these
exec $alone sh -c 'ip link set lo up 2>/dev/null || true; exec pytest --numprocesses 2 "$@"' pytest "$@"
