"""The shared behaviour of every page, in a real browser: keys, dialogs, theme, accessibility."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
AXE_OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page) -> list[tuple[str, str]]:
    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    return [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]]


def theme_of(page) -> str:
    return page.evaluate("document.documentElement.dataset.bsTheme")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_shared_pages_are_accessible(browse, rep, size, scheme):
    page = browse(rep, "/settings/", color_scheme=scheme, **size)
    assert violations(page) == []
    page = browse(None, "/accounts/login/", color_scheme=scheme, **size)
    assert violations(page) == []


def test_auto_follows_the_system_from_the_first_paint(browse, rep):
    page = browse(rep, "/settings/", color_scheme="dark")
    assert theme_of(page) == "dark"
    page.emulate_media(color_scheme="light")
    page.locator("html[data-bs-theme=light]").wait_for()


def test_a_theme_shows_at_once_and_stays_when_saved(browse, rep):
    page = browse(rep, "/settings/", color_scheme="light")
    page.get_by_text("ダーク").click()
    assert theme_of(page) == "dark"
    page.get_by_role("button", name="保存").first.click()
    page.get_by_text("設定を保存しました。").wait_for()
    assert theme_of(page) == "dark"


def test_the_key_list_opens_and_closes_by_key(browse, rep):
    page = browse(rep, "/settings/")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="キーボードショートカット").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0


def test_keys_are_silent_in_a_field_and_when_switched_off(browse, rep):
    page = browse(rep, "/settings/")
    page.get_by_label("メールの署名").press("?")
    assert page.get_by_role("dialog").count() == 0
    page.get_by_role("checkbox", name="キーボードショートカット").uncheck()
    page.get_by_role("button", name="保存").first.click()
    page.get_by_text("設定を保存しました。").wait_for()
    page.keyboard.press("?")
    assert page.get_by_role("dialog").count() == 0


def test_the_account_menu_needs_no_script_library(browse, rep):
    page = browse(rep, "/settings/")
    page.get_by_role("button", name="佐藤 健のアカウントメニュー").click()
    menu = page.locator("#usermenu")
    assert menu.is_visible()
    page.keyboard.press("Escape")
    assert not menu.is_visible()


def test_signing_out_by_the_account_menu(browse, rep):
    page = browse(rep, "/settings/")
    page.get_by_role("button", name="佐藤 健のアカウントメニュー").click()
    page.locator("#usermenu").get_by_role("button", name="ログアウト").click()
    page.get_by_role("heading", name="ログイン").wait_for()


def test_a_search_waits_until_a_japanese_word_is_composed(browse, rep):
    page = browse(rep, "/settings/")
    page.evaluate(
        """() => {
            document.querySelector("main").insertAdjacentHTML("beforeend", "<input data-search>");
            window.searches = [];
            document.addEventListener("sd:search", (event) => window.searches.push(event.target.value));
        }"""
    )
    type_in = """([value, composing]) => {
        const field = document.querySelector("[data-search]");
        field.value = value;
        field.dispatchEvent(new InputEvent("input", {bubbles: true, isComposing: composing}));
    }"""
    page.evaluate(type_in, ["たなｋ", True])
    page.wait_for_timeout(400)
    assert page.evaluate("searches") == []
    page.evaluate(type_in, ["田中", True])
    field = page.locator("[data-search]")
    field.dispatch_event("compositionend", {"bubbles": True})
    page.wait_for_timeout(400)
    assert page.evaluate("searches") == ["田中"]


def test_nothing_scrolls_sideways_on_a_phone(browse, rep):
    page = browse(rep, "/settings/", **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator(".bnav").is_visible()
    assert not page.locator(".rail").is_visible()
