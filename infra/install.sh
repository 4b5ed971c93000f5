#!/bin/sh
# install.sh REQUIREMENTS STAMP: brings .venv to what the file pins. Called by make, from the checkout's root.
set -eu
uv_version=0.13.9
needed_mb=1500

fail() {
    echo "error: $1" >&2
    exit 1
}

[ -w . ] || fail "cannot write to this folder ($(pwd)): make it writable for $(id -un), or clone elsewhere."

# a virtual environment dies with the Python that it was made from
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    free_mb=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
    [ "$free_mb" -ge "$needed_mb" ] || fail "the disk is full: $free_mb MB are free, $needed_mb MB are needed for .venv."
    python=$(sh infra/python.sh)
    rm -rf .venv
    "$python" -m venv .venv || { rm -rf .venv; fail "$python cannot make a virtual environment in this folder."; }
fi

if ! .venv/bin/python -m uv --version >/dev/null 2>&1; then
    .venv/bin/python -m pip install -qq --disable-pip-version-check "uv==$uv_version" ||
        fail "uv cannot be installed: is the package index reachable?"
fi

echo "installing $1 …"
# whoever points pip at an index of their own means all tools
if [ -n "${PIP_INDEX_URL:-}" ] && [ -z "${UV_DEFAULT_INDEX:-}" ]; then
    export UV_DEFAULT_INDEX="$PIP_INDEX_URL"
fi
install() {
    .venv/bin/python -m uv pip install --quiet --python .venv/bin/python "$@"
}
# the second try is for networks whose own certificate authority only the system knows
install -r "$1" 2>/dev/null || install --system-certs -r "$1" ||
    fail "the dependencies cannot be installed (see above): is the package index reachable, is the disk full?"
touch "$2"
