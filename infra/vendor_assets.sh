#!/bin/sh
# Copies the browser files pinned in package.json to static/vendor, with their licences.
# Needs npm; a fresh machine does not, because static/vendor is committed.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

cp "$root/package.json" "$root/package-lock.json" "$work/"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --omit=peer --silent)

out="$root/static/vendor"
rm -rf "$out"
mkdir -p "$out"

# copy FROM(below node_modules) TO(below static/vendor); without the reference to a source map, which
# is not shipped and which the manifest storage would look for.
copy() {
    mkdir -p "$out/$(dirname "$2")"
    sed -e '/^\/\/# sourceMappingURL=/d' -e 's,/\*# sourceMappingURL=.*\*/,,' "$work/node_modules/$1" >"$out/$2"
}

copy bootstrap/dist/css/bootstrap.min.css bootstrap/bootstrap.min.css
copy bootstrap/LICENSE bootstrap/LICENSE
copy htmx.org/dist/htmx.min.js htmx/htmx.min.js
copy htmx.org/LICENSE htmx/LICENSE
copy chart.js/dist/chart.umd.min.js chartjs/chart.umd.min.js
copy chart.js/LICENSE.md chartjs/LICENSE.md
copy @kurkle/color/LICENSE.md chartjs/LICENSE-kurkle-color.md

ls -l "$out"/*/*
