"""Messages at the bottom of a page: they come and go, and nothing that can be pressed moves."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SIZES = [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]
SAY = """([text, undo]) => document.dispatchEvent(
    new CustomEvent("sd:toast", {detail: {text, undo, sticky: true}}))"""


@pytest.fixture(params=SIZES, ids=["desktop", "phone"])
def page(browse, rep, request):
    opened = browse(rep, "/settings/", viewport=request.param)
    opened.wait_for_load_state("networkidle")
    return opened


def say(page, text, undo=None):
    page.evaluate(SAY, [text, undo])
    return page.locator(".snack", has_text=text)


def test_one_that_comes_moves_nothing(page):
    save = page.get_by_role("button", name="保存").first
    before = save.bounding_box()
    first = say(page, "段階を変えました", "/undo/1/").get_by_role("button", name="元に戻す")
    place = first.bounding_box()
    say(page, "担当を変えました。こちらの文はずっと長く、二行になることもあります。", "/undo/2/")
    assert first.bounding_box() == place
    assert save.bounding_box() == before


def test_one_that_goes_moves_nothing_and_leaves_no_hole_behind(page):
    toasts = [say(page, text, "/undo/1/") for text in ("はじめの文", "次の文", "最後の文")]
    last = toasts[2].bounding_box()
    for toast in toasts[:2]:
        toast.get_by_role("button", name="閉じる").click()
        expect(toast).to_have_count(0)
        assert toasts[2].bounding_box() == last
    toasts[2].get_by_role("button", name="閉じる").click()
    assert page.locator("#toasts > *").count() == 0


@pytest.fixture
def asked(page):
    """Which undo was asked for, in that order."""
    numbers = []

    def note(route):
        numbers.append(route.request.url.rpartition("/undo/")[2])
        route.fulfill(status=204)

    page.route("**/undo/**", note)
    return numbers


def test_u_takes_back_one_step_after_the_other(page, asked):
    say(page, "段階を変えました", "/undo/1/")
    say(page, "担当を変えました", "/undo/2/")
    for left in ("1件を元に戻しました", "もう1件を元に戻しました"):
        page.keyboard.press("u")
        say(page, left)
    expect(page.get_by_role("button", name="元に戻す")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert asked == ["2/", "1/"]


def test_what_is_said_twice_is_taken_back_once(page, asked):
    for _ in range(2):
        say(page, "コピーしました", "/undo/1/")
    page.keyboard.press("u")
    expect(page.locator(".snack")).to_have_count(0)
    page.keyboard.press("u")
    page.wait_for_load_state("networkidle")
    assert asked == ["1/"]


def test_a_press_ends_on_the_button_it_began_on(page, asked):
    button = say(page, "段階を変えました", "/undo/1/").get_by_role("button", name="元に戻す")
    button.hover()
    page.mouse.down()
    say(page, "担当を変えました", "/undo/2/")
    page.mouse.up()
    expect(page.locator(".snack", has_text="段階を変えました")).to_have_count(0)
    assert asked == ["1/"]
