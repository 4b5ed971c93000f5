#!/bin/sh
# What `make test` runs once the servers are up; pytest comes last, so that its summary ends the output.
set -eu
python=.venv/bin/python
$python manage.py messages --compile --no-color >/dev/null
$python manage.py check --fail-level WARNING >/dev/null
$python manage.py makemigrations --check --dry-run
# one more than the two processors of a small machine: browsers and servers of tests also wait
exec $python -m pytest -n 3 "$@"
