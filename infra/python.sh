#!/bin/sh
# Prints a Python that is new enough, works, and can make virtual environments; else one line, exit 1.
# Version managers put shims on PATH that exist and fail, so each candidate is tried, not looked up.
found=""
for name in ${PYTHON:-python3.13 python3.12 python3.11 python3.14 python3 python}; do
    version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if ! "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        found="$found${found:+, }$name is $version"
        continue
    fi
    if ! "$name" -c 'import venv, ensurepip' 2>/dev/null; then
        found="$found${found:+, }$name $version has no venv module (on Debian: apt install python$version-venv)"
        continue
    fi
    echo "$name"
    exit 0
done
echo "error: Python 3.11 or newer with venv and pip is needed; found: ${found:-none}." >&2
exit 1
