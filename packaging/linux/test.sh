#!/bin/sh
# Set up if need be, then check style, types, import directions and run the tests. A warning fails.
set -eu
cd "$(dirname "$0")/../.."
packaging/linux/setup.sh dev
PATH="$PWD/.venv/bin:$PATH"
ruff check .
ruff format --check .
mypy
lint-imports
pytest --numprocesses 2 "$@"
