#!/bin/sh
# Removes what running and testing leave; the virtual environment and the sources stay.
set -eu
if [ -x .venv/bin/python ] && [ -d var ]; then
    for data in var/embedded var/test var/bench; do
        [ ! -d "$data" ] || .venv/bin/python -m salesdash.embedded remove "$data"
    done
fi
rm -rf var .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results
find . \( -name .venv -o -name node_modules -o -name .git \) -prune -o -name __pycache__ -type d -exec rm -rf {} +
find . \( -name .venv -o -name node_modules -o -name .git \) -prune -o -name '*.mo' -type f -exec rm -f {} +
