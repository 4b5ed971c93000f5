"""Tour and feedback in a real browser: by keyboard, at both widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from salesdash import tour
from salesdash.models import Feedback

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture
def newcomer(rep):
    tour.restart(user=rep)
    rep.refresh_from_db()
    return rep


def in_view(page, card) -> bool:
    box, size = card.bounding_box(), page.viewport_size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size["width"]
        and box["y"] + box["height"] <= size["height"]
    )


def at_step(card, number: int) -> None:
    """Of the steps that are there, this one is to be seen."""
    expect(card.locator("[data-step]:visible .num")).to_have_text(f"ステップ {number}／5")


@SIZES
def test_through_all_steps_by_keyboard(browse, newcomer, lead, size):
    page = browse(newcomer, "/leads/?owner=&view=all", reduced_motion="reduce", **size)
    card = page.get_by_role("dialog", name="ツアー")
    skip, forward = card.get_by_role("button", name="ツアーを終える"), card.get_by_role("button", name="次へ")
    expect(card).to_be_focused()
    at_step(card, 1)
    expect(page.locator("td.tour-target")).to_have_count(1)
    for reached in (skip, forward):
        page.keyboard.press("Tab")
        expect(reached).to_be_focused()
    for number in (2, 3, 4, 5):
        page.keyboard.press("Enter")
        at_step(card, number)
        assert in_view(page, card)
    expect(card.get_by_role("link", name="ヘルプへ")).to_be_visible()
    expect(page.locator(".avatar.tour-target")).to_have_count(1)
    expect(card.get_by_role("button", name="完了")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    at_step(card, 4)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    with page.expect_response("**/tour/seen/"):
        page.keyboard.press("Enter")
    expect(card).to_be_hidden()
    expect(page.locator("#main")).to_be_focused()
    expect(page.locator(".tour-target")).to_have_count(0)
    page.reload()
    expect(page.locator("#tour")).to_have_count(0)


@SIZES
def test_escape_closes_it_for_good(browse, newcomer, size):
    page = browse(newcomer, "/settings/", **size)
    card = page.get_by_role("dialog", name="ツアー")
    expect(card).to_be_visible()
    with page.expect_response("**/tour/seen/"):
        page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.goto("/leads/")
    expect(page.locator("#tour")).to_have_count(0)


def test_on_an_empty_page_it_points_at_the_navigation_and_goes_on_elsewhere(browse, newcomer):
    page = browse(newcomer, "/settings/", **DESKTOP)
    card = page.get_by_role("dialog", name="ツアー")
    expect(page.locator(".rail .tour-target")).to_have_count(1)
    card.get_by_role("button", name="次へ").click()
    at_step(card, 2)
    page.goto("/drafts/")
    at_step(card, 2)


def test_where_nothing_is_to_be_pointed_at_it_stands_in_the_middle(browse, reviewer):
    tour.restart(user=reviewer)
    page = browse(reviewer, "/settings/", reduced_motion="reduce", **DESKTOP)
    card = page.get_by_role("dialog", name="ツアー")
    card.get_by_role("button", name="次へ").click()
    expect(card.get_by_role("link", name="確認待ち一覧へ")).to_be_visible()
    expect(page.locator(".tour-target")).to_have_count(0)
    box = card.bounding_box()
    assert abs(box["x"] + box["width"] / 2 - 720) < 2
    assert abs(box["y"] + box["height"] / 2 - 450) < 2


def test_keys_of_the_page_work_meanwhile(browse, newcomer):
    page = browse(newcomer, "/settings/", **DESKTOP)
    expect(page.get_by_role("dialog", name="ツアー")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="キーボードショートカット")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="ツアー")).to_be_visible()


@SIZES
def test_the_account_menu_starts_it_again(browse, rep, size):
    page = browse(rep, "/settings/", **size)
    expect(page.locator("#tour")).to_have_count(0)
    page.get_by_role("button", name="佐藤 健のアカウントメニュー").click()
    page.locator("#usermenu").get_by_role("button", name="ツアーを見る").click()
    at_step(page.get_by_role("dialog", name="ツアー"), 1)


@SIZES
def test_feedback_in_the_dialog(browse, rep, size):
    page = browse(rep, "/settings/", **size)
    page.get_by_role("button", name="佐藤 健のアカウントメニュー").click()
    page.locator("#usermenu").get_by_role("link", name="ご意見・ご要望").click()
    dialog = page.get_by_role("dialog", name="ご意見・ご要望")
    expect(dialog.get_by_label("メッセージ")).to_be_focused()
    expect(dialog.get_by_label("対象のページ")).to_have_value("/settings/")
    dialog.get_by_label("メッセージ").fill("とても助かっています。")
    dialog.get_by_text("お褒めの言葉").click()
    dialog.get_by_role("button", name="送信する").click()
    expect(page.get_by_text("ありがとうございます")).to_be_visible()
    expect(dialog).to_be_hidden()
    assert [(one.kind, one.page) for one in Feedback.objects.all()] == [("praise", "/settings/")]


def test_without_script_help_and_feedback_are_pages(browse, newcomer):
    page = browse(newcomer, "/feedback/?page=/leads/", java_script_enabled=False, **DESKTOP)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="ヘルプへ")).to_be_visible()
    page.locator("main").get_by_label("メッセージ").fill("x")
    page.get_by_role("button", name="送信する").click()
    page.wait_for_url("**/leads/")
    assert Feedback.objects.count() == 1


def test_it_goes_on_after_back_and_stays_closed_after_forward(browse, newcomer, lead):
    page = browse(newcomer, "/leads/?owner=&view=all", lost=True, **DESKTOP)
    card = page.get_by_role("dialog", name="ツアー")
    page.locator("th a", has_text="氏名").click()
    page.wait_for_url("**sort=name**")
    card.get_by_role("button", name="次へ").click()
    page.go_back()
    page.wait_for_url(lambda url: "sort=" not in url)
    at_step(card, 2)
    card.get_by_role("button", name="次へ").click()
    at_step(card, 3)
    expect(page.locator(".tour-target")).to_have_count(1)
    page.route("**/tour/seen/", lambda route: route.abort())
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    with page.expect_response("**sort=name**"):
        page.go_forward()
    page.wait_for_load_state("networkidle")
    expect(card).to_be_hidden()
    expect(page.locator("#tour")).to_have_count(1)


@pytest.mark.parametrize(("reached", "shown"), [("2", 3), (None, None)])
def test_a_page_that_the_browser_kept_shows_how_far_one_has_come_since(browse, newcomer, reached, shown):
    page = browse(newcomer, "/settings/", **DESKTOP)
    card = page.get_by_role("dialog", name="ツアー")
    at_step(card, 1)
    page.evaluate(
        """reached => {
          const key = `sd-tour-${document.getElementById("tour").dataset.person}`;
          if (reached === null) sessionStorage.removeItem(key);
          else sessionStorage.setItem(key, reached);
          dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true}));
        }""",
        reached,
    )
    if shown:
        at_step(card, shown)
    else:
        expect(card).to_be_hidden()
        expect(page.locator(".tour-target")).to_have_count(0)
