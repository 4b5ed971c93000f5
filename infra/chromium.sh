#!/bin/sh
# A browser for the tests: the one on PATH; as root Debian's package; else Playwright's own.
set -u

works() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        "$name" --version >/dev/null 2>&1 && return 0
    done
    return 1
}

playwrights_own() {
    .venv/bin/python - <<'PYTHON'
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not os.path.exists(playwright.chromium.executable_path))
PYTHON
}

works && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing Chromium and a Japanese font …"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } >/dev/null 2>&1
    works && exit 0  # on Ubuntu that package is an empty shell around a snap
fi
playwrights_own 2>/dev/null && exit 0
echo "installing Playwright's Chromium …"
.venv/bin/python -m playwright install chromium >/dev/null 2>&1 && playwrights_own 2>/dev/null && exit 0
echo "error: the tests need Chromium, and neither apt-get (as root) nor 'playwright install chromium' could install it: install chromium by hand." >&2
exit 1
