"""Saved views and columns as a person uses them: keys, the mouse, a phone, without JavaScript, in English."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from leads import saved_views
from leads.filters import LeadFilter
from leads.models import SavedView
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import crowd
from leads.tests.test_table_browser import AXE, PHONE, until

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def leads(company, rep):
    many = crowd(6, company=company, owner=rep, title="課長")
    return [*many, LeadFactory(company=company, owner=rep, title="部長", attributes={"予算": "1,200円"})]


@pytest.fixture
def views(rep):
    return [
        saved_views.create(user=rep, name=name, condition=LeadFilter.of("", "all", []), columns=[])
        for name in ("いち", "に", "さん")
    ]


def tabs(page) -> list[str]:
    return [text.split("\n")[0] for text in page.locator(".views a").all_inner_texts()]


def test_a_view_is_saved_changed_and_reverted(browse, rep, leads):
    page = browse(rep, "/leads/?c=title:is:部長")
    page.get_by_role("button", name="ビューとして保存").or_(
        page.get_by_role("link", name="ビューとして保存")
    ).click()
    expect(page.locator("#view-name")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#view-error")).to_have_text("ビューの名前を入力してください。")
    page.fill("#view-name", "部長だけ")
    page.keyboard.press("Enter")
    page.get_by_text("「部長だけ」として保存しました。").wait_for()
    view = SavedView.objects.get()
    expect(page.locator(".views a[aria-current]")).to_contain_text("部長だけ")
    expect(page.locator(f"#vc-{view.pk}")).to_have_text("1")
    page.locator(".fchip .x").click()
    until(page, "7件中")
    expect(page.locator(".dirty")).to_be_visible()
    page.get_by_role("link", name="元に戻す").click()
    until(page, "1件中")
    expect(page.locator(".dirty")).to_have_count(0)
    page.locator("th.c-n a").click()
    page.get_by_role("button", name="ビューに保存").click()
    page.get_by_text("「部長だけ」に今の表示を保存しました。").wait_for()
    expect(page.locator(".dirty")).to_have_count(0)
    assert SavedView.objects.get().sort == "name"


def test_digits_switch_tabs(browse, rep, leads, views):
    page = browse(rep, "/leads/")
    page.keyboard.press("5")
    page.wait_for_url(f"**v={views[1].pk}")
    expect(page.locator(".views a[aria-current]")).to_contain_text("に")
    page.keyboard.press("1")
    page.wait_for_url("**/leads/?owner=me")


def test_tabs_are_moved_by_keys_and_by_the_mouse(browse, rep, leads, views):
    page = browse(rep, "/leads/")
    page.locator(f"#view-{views[2].pk}").focus()
    with page.expect_response("**/views/order/"):
        page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator(f"#view-{views[2].pk}")).to_be_focused()
    page.reload()
    assert tabs(page)[3:] == ["いち", "さん", "に"]
    with page.expect_response("**/views/order/"):
        page.locator(f"#view-{views[1].pk}").drag_to(
            page.locator(f"#view-{views[0].pk}"), target_position={"x": 3, "y": 10}
        )
    page.reload()
    assert tabs(page)[3:] == ["に", "いち", "さん"]


def test_counts_that_come_late_move_nothing_from_under_a_press(browse, rep, leads, views):
    page = browse(rep, f"/leads/?v={views[0].pk}")
    waiting = []
    page.route("**/leads/views/counts/**", lambda route: waiting.append(route))
    with page.expect_request("**/leads/views/counts/**"):
        page.reload()
    box = page.get_by_label("ビュー「いち」の設定").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    waiting[0].fulfill(json={str(view.pk): "1,234,567,890" for view in views})
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.mouse.up()
    page.locator("#view-name").wait_for()
    expect(page.locator(f"#vc-{views[1].pk}")).to_have_text("1,234,567,890")


def test_one_s_own_change_is_counted_in_every_tab(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    expect(page.locator("#vc-mine")).to_have_text("7")
    page.locator(f"#lead-{leads[0].pk} td.k-s").click()
    page.locator("#editor [value=lost]").click()
    for name in ("mine", "all"):
        expect(page.locator(f"#vc-{name}")).to_have_text("6")
    page.keyboard.press("u")
    for name in ("mine", "all"):
        expect(page.locator(f"#vc-{name}")).to_have_text("7", timeout=10_000)


def test_a_view_is_renamed_deleted_and_brought_back(browse, rep, leads, views):
    page = browse(rep, f"/leads/?v={views[0].pk}")
    page.get_by_label("ビュー「いち」の設定").click()
    page.fill("#view-name", "いちばん")
    page.locator("#fb .btn-primary").click()
    expect(page.locator(".views a[aria-current]")).to_contain_text("いちばん")
    page.get_by_label("ビュー「いちばん」の設定").click()
    page.get_by_role("button", name="削除").click()
    page.get_by_text("「いちばん」を削除しました。").wait_for()
    expect(page.locator(f"#view-{views[0].pk}")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(f"#view-{views[0].pk}")).to_have_attribute("aria-current", "page")


def test_columns_are_chosen_ordered_and_sorted_by(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.get_by_role("link", name="列", exact=True).click()
    page.locator("#col-add").click()
    page.fill("[data-pick-find]", "役")
    expect(page.locator(".pick-list label:visible")).to_have_count(1)
    page.locator(".pick-list label:visible").click()
    page.fill("[data-pick-find]", "予算")
    page.locator(".pick-list label:visible").click()
    page.locator("#col-up-company").click()
    expect(page.locator(".cols li")).to_have_count(10)
    expect(page.locator("#col-up-company")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".cols li .ell").first).to_have_text("会社")
    page.locator("#fb .btn-primary").click()
    expect(page.locator("thead th").nth(1)).to_have_text("会社")
    assert page.locator("thead th").all_inner_texts()[-2:] == ["役職", "予算"]
    page.get_by_role("link", name="予算").click()
    page.wait_for_url("**sort=attr.*")
    expect(page.locator("#tb tr").first).to_contain_text("1,200円")
    page.reload()
    expect(page.locator("thead th").nth(1)).to_have_text("会社")


@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
def test_a_box_to_tick_stands_beside_its_words(browse, rep, leads, size):
    page = browse(rep, "/leads/?view=all&c=stage:in:new", **size)
    page.locator("a[href*='/views/new/']").last.click()
    page.locator("#view-pinned").wait_for()
    box, words = (page.locator(css).bounding_box() for css in ("#view-pinned", "label[for=view-pinned]"))
    assert abs(box["y"] + box["height"] / 2 - words["y"] - words["height"] / 2) <= 1


def test_the_columns_open_below_their_button(browse, rep, leads):
    page = browse(rep, "/leads/?view=all", viewport={"width": 1440, "height": 900})
    opener = page.get_by_role("link", name="列", exact=True)
    opener.click()
    page.locator("#fb .cols").wait_for()
    button, dialog = opener.bounding_box(), page.locator("#fb").bounding_box()
    assert dialog["x"] <= button["x"]
    assert button["x"] + button["width"] <= dialog["x"] + dialog["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
def test_it_is_accessible(browse, rep, leads, views, size, scheme):
    page = browse(
        rep, f"/leads/?v={views[0].pk}&owner=me&cols=name,title,attr.予算", color_scheme=scheme, **size
    )
    paths = ["", f"/leads/views/{views[0].pk}/", "/leads/columns/", "/leads/views/new/"]
    for path in paths:
        if path:
            page.goto(path)
        found = Axe().run(page, options=AXE).response["violations"]
        assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == [], path


def test_all_of_it_without_javascript(browse, rep, leads, views):
    page = browse(rep, "/leads/?c=title:is:部長", java_script_enabled=False)
    page.get_by_role("link", name="ビューとして保存").click()
    page.fill("#view-name", "部長だけ")
    page.locator("#fb .btn-primary").click()
    expect(page.locator(".views a[aria-current]")).to_contain_text("部長だけ")
    page.get_by_label("ビュー「部長だけ」の設定").click()
    page.get_by_role("button", name="左へ").click()
    expect(page.locator(".views a").nth(5)).to_contain_text("部長だけ")
    assert [text.strip("0123456789…") for text in tabs(page)[3:]] == ["いち", "に", "部長だけ", "さん"]
    page.get_by_role("link", name="列", exact=True).click()
    page.locator("#col-add").click()
    page.get_by_label("役職").check()
    page.locator("#col-up-name").click()
    page.locator("#fb .btn-primary").click()
    expect(page.locator("thead th").nth(1)).to_have_text("氏名")
    page.get_by_label("ビュー「部長だけ」の設定").click()
    page.get_by_role("button", name="削除").click()
    expect(page.locator("[data-toast]")).to_have_text("「部長だけ」を削除しました。")


def test_in_english(browse, rep, leads, views):
    rep.language = "en"
    rep.save()
    page = browse(rep, f"/leads/?v={views[0].pk}&owner=me", locale="en-US")
    expect(page.get_by_role("button", name="Save to the view")).to_be_visible()
    expect(page.get_by_role("link", name="Revert")).to_be_visible()
