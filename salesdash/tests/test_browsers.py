"""The browser that tests share: nothing of one test reaches the next, whatever befell it."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.sync_api import Error

from salesdash.tests.browsers import SharedBrowser

pytestmark = pytest.mark.e2e


@pytest.fixture
def shared(_shared_browser):
    """One of its own, as in a process of its own."""
    _shared_browser.stop()
    shared = SharedBrowser()
    yield shared
    shared.stop()


def pages(browser) -> int:
    return sum(len(context.pages) for context in browser.contexts)


def marked() -> bool:
    return asyncio._get_running_loop() is not None


def test_the_next_test_gets_the_same_browser_without_its_windows(shared):
    browser = shared.running()
    page = browser.new_context().new_page()
    assert marked()
    shared.leave(whole=True)
    assert page.is_closed()
    assert not marked()
    # as tests of the live channel do
    asyncio.run(asyncio.sleep(0))

    assert shared.running() is browser
    assert marked()
    assert pages(browser) == 0
    assert browser.new_context().new_page().evaluate("1 + 1") == 2


def test_all_that_playwright_turns_off_stays_off(shared):
    browser = shared.running()
    command = browser.new_browser_cdp_session().send("SystemInfo.getInfo")["commandLine"]
    *_, playwrights, ours = re.findall(r"--disable-features=(\S+)", command)
    assert set(playwrights.split(",")) < set(ours.split(","))


def test_after_a_failure_it_is_a_new_one(shared):
    browser = shared.running()
    browser.new_context().new_page()
    shared.leave(whole=False)
    assert not marked()
    again = shared.running()
    assert again is not browser
    assert pages(again) == 0


def test_a_browser_that_died_is_started_again(shared):
    browser = shared.running()
    page = browser.new_context().new_page()
    with pytest.raises(Error):
        browser.new_browser_cdp_session().send("Browser.crash")
    assert page.is_closed()
    shared.leave(whole=True)
    assert not marked()
    assert shared.running().new_context().new_page().evaluate("1 + 1") == 2
