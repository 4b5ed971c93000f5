"""The whole product, started as `make demo` starts it, for tests in a real browser.

SALESDASH_E2E_URL points the same tests at a demo that runs already.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[3]
READY_SECONDS = 150
PATIENCE_MS = 30_000
SEED = ["seed", "--if-empty", "--leads", "700", "--activities", "14000", "--deliveries", "500"]


@pytest.fixture
def page(chromium):
    """A desktop page in Tokyo; see the root conftest for why it is not pytest-playwright's."""
    context = chromium().new_context(
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        viewport={"width": 1440, "height": 900},
        permissions=["clipboard-read", "clipboard-write"],
    )
    return context.new_page()


@pytest.fixture(scope="package")
def product(tmp_path_factory):
    """The address of a running product with a small world of its own; it lives as long as this folder's tests."""
    if url := os.environ.get("SALESDASH_E2E_URL"):
        yield url.rstrip("/")
        return
    folder = tmp_path_factory.mktemp("product")
    port = _free_port()
    environment = _environment(folder, port)
    _manage(environment, "migrate", "--verbosity", "0")
    _manage(environment, "messages", "--compile")
    _manage(environment, *SEED)
    log = (folder / "supervisor.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "salesdash.supervisor", "demo"],
        cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(process, folder / "supervisor.log")
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=40)
        log.close()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(folder, port):
    """A database beside the tests' own on the same servers; keys of its own in Redis."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"e2e_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return {
        **os.environ,
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}")),
        "REDIS_PREFIX": f"sde2e{os.getpid()}",
        "MEDIA_ROOT": str(folder / "media"),
        "SALESDASH_STATE": str(folder / "state"),
        "PORT": str(port),
        "SALESDASH_DEMO": "1",
    }


def _manage(environment, *arguments):
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{arguments[0]}: {done.stderr[-2000:]}"


def _wait(process, log):
    deadline = time.monotonic() + READY_SECONDS
    while "salesdash ready: " not in log.read_text():
        assert process.poll() is None, f"the supervisor ended: {log.read_text()[-2000:]}"
        assert time.monotonic() < deadline, f"not ready: {log.read_text()[-2000:]}"
        time.sleep(0.3)


def skip_the_tour(page):
    """It stands on the first page after the first sign-in of each account."""
    if page.locator("#tour").count():
        with page.expect_response("**/tour/seen/"):
            page.locator("[data-tour-close]").click()


@pytest.fixture
def sign_in(page, product):
    """sign_in("rep"): one click on the demo's sign-in page, as a visitor does it; the tour is skipped."""

    def enter(account):
        page.context.clear_cookies()
        page.goto(f"{product}/accounts/login/")
        page.locator(f'form[action$="/demo/login/{account}/"] button').click()
        page.wait_for_url(f"{product}/leads/**")
        skip_the_tour(page)
        return page

    return enter


@pytest.fixture
def desk(chromium, product):
    """desk("reviewer") → a page of their own, signed in: several people, or devices, at once."""

    def enter(account, **options):
        device = {"locale": "ja-JP", "timezone_id": "Asia/Tokyo", "base_url": product, **options}
        page = chromium().new_context(**device).new_page()
        page.goto("/accounts/login/")
        page.locator(f'form[action$="/demo/login/{account}/"] button').click()
        page.wait_for_url(f"{product}/leads/**")
        skip_the_tour(page)
        return page

    return enter


def arm(page):
    """The first of two keys; pressed again until the page's script has loaded and shows that it is armed."""
    for _attempt in range(40):
        page.keyboard.press("a")
        if page.locator(".armed").count():
            return
        page.wait_for_timeout(250)
    pytest.fail("the approve button was never armed")
