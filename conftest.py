"""The ground every test stands on: real servers, a clean environment, a standing cast.

This file is imported before Django's settings load (pyproject.toml names no settings module for that reason),
once in the controlling process and once in each xdist worker.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import django
import pytest

ROOT = Path(__file__).parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
SUFFIX = os.environ.get("SALESDASH_TEST_SUFFIX", "")
# a test never talks to a vendor, whatever the developer's shell holds
VENDOR_PREFIXES = (
    "OPENAI_", "LLM_", "POSTHOG_", "OTEL_", "OIDC_", "HUBSPOT_", "SALESFORCE_", "NOTION_", "SLACK_",
    "PAGERDUTY_", "TEAMS_", "APPRISE_", "EMAIL_", "SMTP_", "MAIL_WEBHOOK_", "SENDGRID_", "SES_", "MAIL",
    "DNS_",
)  # fmt: skip
MODES = (
    "SALESDASH_DEMO",
    "SALESDASH_PRODUCTION",
    "SALESDASH_DEBUG",
    "SALESDASH_DEV_LLM",
    "SALESDASH_DEV_MAIL",
    "SITE_URL",
    "PORT",
)

_failed = pytest.StashKey[bool]()
_at_exit = ExitStack()
atexit.register(_at_exit.close)


def _clean_environment() -> None:
    for name in list(os.environ):
        if name.startswith(VENDOR_PREFIXES) or name in MODES:
            del os.environ[name]
    media = tempfile.mkdtemp(prefix="sd-media-")
    _at_exit.callback(shutil.rmtree, media, ignore_errors=True)
    os.environ["MEDIA_ROOT"] = media
    os.environ["REDIS_PREFIX"] = f"sdtest:{SUFFIX or 'x'}:{WORKER}"
    os.environ["LOG_LEVEL"] = "WARNING"
    os.environ["DJANGO_SETTINGS_MODULE"] = "salesdash.settings"


def _servers() -> None:
    """By hand (`pytest path`): servers under var/test, without fsync. Workers inherit the URLs."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    from salesdash import embedded

    services = _at_exit.enter_context(embedded.session(ROOT / "var" / "test", durable=False))
    os.environ.update(services.environment())


_clean_environment()
_servers()
# conftest files further down import models
django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Workers inherit the environment: with this name in it, settings would load there before this file."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_configure() -> None:
    from django.conf import settings

    from salesdash.statements import Written

    # each statement that is sent again is written again, too, and must be the same
    Written.checking = True

    # the real hash costs 0.2 s per user on purpose
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser's tests of one file run one after the other, on whichever worker is free for the file."""
    for item in items:
        if item.get_closest_marker("e2e") and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A test with real transactions empties all tables at its end. What the migrations wrote comes back at
    once: parallel workers run tests in any order, so that the next one may be of any kind.
    """
    from django.test import TransactionTestCase

    from salesdash.tests import pristine

    with django_db_blocker.unblock():
        pristine.keep()
        TransactionTestCase._fixture_teardown = pristine.restore
        yield
        pristine.leave_alone()


@pytest.fixture(autouse=True)
def _own_redis_keys():
    """Nothing that a test wrote to Redis outlives it, the cache's keys included. `cache.clear()` is not for
    tests: it empties Redis under those of the other workers, too.
    """
    yield
    from salesdash import redis_client

    store = redis_client.get()
    if keys := list(store.scan_iter(match=redis_client.key("*"), count=1000)):
        store.delete(*keys)


@pytest.fixture(autouse=True)
def _fresh_rules():
    """The rules are cached for seconds; each test reads those of its own database."""
    from leads import rules

    rules.forget()


@pytest.fixture
def team(db):
    from leads.tests.factories import TeamFactory

    return TeamFactory(name="東日本営業部", name_en="East")


@pytest.fixture
def other_team(db):
    from leads.tests.factories import TeamFactory

    return TeamFactory(name="西日本営業部", name_en="West")


def _person(role: str, *teams, **fields):
    from leads.tests.factories import UserFactory

    return UserFactory(role=role, member_of=teams, **fields)


@pytest.fixture
def rep(team):
    """Works the leads of `team`; owns `lead`."""
    return _person("rep", team, username="rep", last_name="佐藤", first_name="健")


@pytest.fixture
def colleague(team):
    """Another rep of the same team."""
    return _person("rep", team, username="colleague", last_name="鈴木", first_name="彩")


@pytest.fixture
def manager(team):
    return _person("manager", team, username="manager", last_name="高橋", first_name="誠")


@pytest.fixture
def reviewer(team):
    """Works the review queue of `team`, which stands in the admin."""
    return _person("reviewer", team, username="reviewer", last_name="田中", first_name="恵", is_staff=True)


@pytest.fixture
def admin(db):
    """Every permission, by role; no team; may enter the admin."""
    return _person("admin", username="admin", last_name="伊藤", first_name="隆", is_staff=True)


@pytest.fixture
def outsider(other_team):
    """A rep of another team: must never see anything of `team`."""
    return _person("rep", other_team, username="outsider", last_name="渡辺", first_name="翔")


@pytest.fixture
def company(team):
    from leads.tests.factories import CompanyFactory

    return CompanyFactory(team=team, name="株式会社青葉精機")


@pytest.fixture
def lead(company, rep):
    from leads.tests.factories import LeadFactory

    return LeadFactory(company=company, owner=rep)


@pytest.fixture
def api():
    """api(user).get(path), .post(path, body): by token."""
    from leads.tests.api import Caller

    return Caller


# --- a real browser ------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


@pytest.fixture(scope="session")
def _shared_browser():
    from salesdash.tests.browsers import SharedBrowser

    shared = SharedBrowser()
    yield shared
    shared.stop()


@pytest.fixture
def chromium(_shared_browser, request):
    """chromium() → the running browser, without anything of earlier tests. A test that fails ends it.

    Not pytest-playwright's own fixtures: theirs keep an event loop marked as running in this thread for the
    rest of the session, and Django then refuses every query of every later test in it.
    """
    with pytest.MonkeyPatch.context() as patch:

        @cache
        def start():
            patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
            return _shared_browser.running()

        yield start
        if "DJANGO_ALLOW_ASYNC_UNSAFE" in os.environ:
            _shared_browser.leave(whole=_failed not in request.node.stash)


@pytest.fixture
def browse(live_server, client, chromium):
    """browse(user, "/path/", **context options) → a page signed in as `user` (None: a visitor).

    The test fails on any error in the console: a blocked style, a script that threw, a missing file; with
    `lost=True` not on an answer that is an error or does not come. While
    the browser runs, Django's signals may not send to the channel layer: data comes from fixtures. The
    server is WSGI and has no WebSockets; live behaviour is tested against the whole product.
    """
    errors: list[str] = []

    # a page shows a refusal itself: conflict, invalid form
    expected = re.compile(r"WebSocket connection to|Failed to load resource: .* status of (409|422) ")

    def note(message):
        if message.type == "error" and not expected.match(message.text):
            errors.append(f"{message.text} {message.location['url']}")

    def open_page(user, path, lost=False, **options):
        cookies = []
        if user is not None:
            client.force_login(user)
            session = client.cookies["sessionid"].value
            cookies = [{"name": "sessionid", "value": session, "url": live_server.url}]
        context = chromium().new_context(**{"locale": "ja-JP", "base_url": live_server.url, **options})
        context.add_cookies(cookies)
        page = context.new_page()
        page.on("console", lambda said: None if lost and "Failed to load" in said.text else note(said))
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.goto(path)
        return page

    yield open_page
    assert errors == []
