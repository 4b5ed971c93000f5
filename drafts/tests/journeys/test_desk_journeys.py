"""A rep's work at a desk, in English, from the first sign-in to the mail that is sent."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from drafts.models import Draft, State
from drafts.tests.journeys.conftest import SUBJECT
from drafts.tests.journeys.manners import CLIPBOARD, DESK, ENGLISH, in_english
from leads.live import frames
from leads.models import Deal, Lead, Note, SavedView
from leads.tests.line import Line, warm
from leads.tests.test_notification_pages import note

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browse, newcomer, lead) -> Page:
    """The lead is the warmest of those that a test adds."""
    warm(lead, 90)
    opened = browse(newcomer, "/settings/", lost=True, **DESK, **ENGLISH, **CLIPBOARD)
    return opened


def counted(page: Page, text: str) -> None:
    expect(page.locator(".foot .count")).to_have_text(text)


def open_list(page: Page) -> None:
    """The tour is not for these."""
    page.goto("/leads/?view=all")
    with page.expect_response("**/tour/seen/"):
        page.get_by_role("button", name="Skip the tour").click()


def said(page: Page, text: str) -> None:
    expect(page.locator(".snack", has_text=text)).to_be_visible()


def test_from_the_tour_to_a_view_that_the_team_shares(page, rep, team, latin):
    latin(50, title="Buyer")
    latin(2, title="Director")
    page.goto("/leads/?view=all")
    _through_the_tour(page)
    _pages_orders_and_back(page)
    _search(page)
    _filter_with_a_group(page)
    _a_shared_view(page, team)
    _columns_of_the_view(page)
    _nothing_found_and_out_again(page)
    assert SavedView.objects.get(owner=rep).team == team


def _through_the_tour(page: Page) -> None:
    tour = page.get_by_role("dialog", name="Tour")
    for number in range(1, 6):
        expect(tour).to_contain_text(f"Step {number} of 5")
        in_english(page)
        tour.get_by_role("button", name="Finish" if number == 5 else "Next").click()
    expect(tour).to_be_hidden()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("Undo the last step")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def _pages_orders_and_back(page: Page) -> None:
    counted(page, "1–50 of 53")
    page.locator("a[rel=next]").click()
    counted(page, "51–53 of 53")
    page.locator("th.c-n a").click()
    expect(page.locator("th.c-n")).to_have_attribute("aria-sort", "ascending")
    counted(page, "1–50 of 53")
    page.go_back()
    counted(page, "51–53 of 53")
    page.go_back()
    counted(page, "1–50 of 53")


def _search(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("jane doe", delay=20)
    counted(page, "1–1 of 1")
    field = page.locator("[name=q]")
    expect(field).to_be_focused()
    in_english(page)
    field.fill("")
    counted(page, "1–50 of 53")
    field.blur()


def _filter_with_a_group(page: Page) -> None:
    page.keyboard.press("f")
    page.select_option("#fb-f0", label="Job title")
    expect(page.locator("#fb-o0")).to_have_value("has")
    page.locator("#fb-v0").fill("Director")
    expect(page.locator("#fb-count")).to_contain_text("3 leads match")
    page.get_by_role("button", name="Add a group").click()
    page.select_option("#fb-f1", label="Stage")
    page.locator("#fb-p1 summary").click()
    page.locator("#fb-p1").get_by_label("New", exact=True).check()
    expect(page.locator("#fb-p1 .ell")).to_have_text("New")
    in_english(page)
    page.keyboard.press("Escape")
    page.locator("#fb-v2").fill("10")
    page.get_by_role("button", name="Apply").last.click()
    counted(page, "1–3 of 3")
    expect(page.locator(".fchip")).to_have_count(2)


def _a_shared_view(page: Page, team) -> None:
    page.get_by_text("Save as a view").click()
    page.get_by_label("Name of the view").fill("Directors")
    page.get_by_label("Who sees it").select_option(str(team.pk))
    page.get_by_label("Show as a tab").check()
    in_english(page)
    page.locator("#fb .btn-primary").click()
    said(page, "Directors")
    expect(page.locator(".views [aria-current]")).to_contain_text("Directors")


def _columns_of_the_view(page: Page) -> None:
    page.get_by_role("link", name="Columns", exact=True).click()
    page.locator("#col-add").click()
    page.get_by_label("Find among the columns").fill("job")
    page.locator(".pick-list label:visible", has_text="Job title").click()
    page.locator("#col-up-company").click()
    expect(page.locator(".cols li").last).to_contain_text("Job title")
    in_english(page)
    page.locator("#fb .btn-primary").click()
    expect(page.locator("thead th").last).to_have_text("Job title")
    page.reload()
    expect(page.locator("thead th").last).to_have_text("Job title")
    expect(page.locator(".views [aria-current]")).to_contain_text("Directors")
    counted(page, "1–3 of 3")


def _nothing_found_and_out_again(page: Page) -> None:
    page.goto("/leads/?c=title:is:Director&c=win:ge:99")
    expect(page.get_by_role("heading", name="No lead meets these conditions")).to_be_visible()
    in_english(page)
    page.locator(".state .btn-primary").click()
    counted(page, "1–3 of 3")


def test_many_at_once_one_in_place_and_what_moves_by_itself(page, rep, colleague, lead, latin):
    latin(4)
    line = Line(page)
    open_list(page)
    expect(page.locator("#live")).to_have_text("Live")
    _many_and_undone(page, colleague)
    _a_file_of_the_selected(page)
    _one_in_place_and_undone(page, lead)
    _hotter_ones_by_a_press(page, line)
    _the_bell(page, rep, lead, line)
    _a_line_that_breaks(page)


def _many_and_undone(page: Page, colleague) -> None:
    page.keyboard.press("x")
    page.keyboard.press("Shift+J")
    expect(page.locator("#bulk b")).to_have_text("2 leads selected")
    page.get_by_role("button", name="Set owner").click()
    page.locator("#editor .menu-item", has_text="Suzuki").click()
    said(page, "owner of 2 leads")
    expect(page.locator("#tb tr:nth-child(2) .nm")).to_contain_text("Suzuki")
    in_english(page)
    page.keyboard.press("u")
    expect(page.locator("#tb tr:nth-child(2) .nm")).to_contain_text("Sato")
    assert not Lead.objects.filter(owner=colleague).exists()


def _a_file_of_the_selected(page: Page) -> None:
    page.locator("[data-bulk=export]").click()
    expect(page.locator("#editor")).to_contain_text("Columns of the table")
    in_english(page)
    with page.expect_download() as download:
        page.locator("#editor [value=xlsx]").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("button", name="Clear the selection").click()
    expect(page.locator("#bulk")).to_be_hidden()


def _one_in_place_and_undone(page: Page, lead) -> None:
    stage = page.locator(f"#lead-{lead.pk} .stage")
    page.locator(f"#lead-{lead.pk} td.k-s").click()
    page.locator("#editor [value=working]").click()
    expect(stage).to_have_text("Working")
    in_english(page)
    page.locator(".snack", has_text="Working").get_by_role("button", name="Undo").click()
    expect(stage).to_have_text("New")


def _hotter_ones_by_a_press(page: Page, line: Line) -> None:
    last = page.locator("#tb tr").last
    cold = int(last.get_attribute("data-id"))
    line.send(line.frame({cold: 97}))
    expect(page.locator(f"#lead-{cold} .v")).to_have_text("97")
    pill = page.locator("#hotter")
    expect(pill).to_contain_text("1 lead became hotter")
    expect(last).to_have_id(f"lead-{cold}")
    warm(Lead.objects.get(pk=cold), 97)
    page.keyboard.press(".")
    expect(page.locator("#tb tr").first).to_have_id(f"lead-{cold}")
    expect(pill).to_have_count(0)


def _the_bell(page: Page, rep, lead, line: Line) -> None:
    note(rep, lead)
    line.send(frames.message("notice", n=1, trace="", ack="a"))
    bell = page.get_by_role("link", name="Notifications").locator(".dot")
    expect(bell).to_have_text(re.compile(r"^\s*1\b"))
    page.locator("#bell").click()
    expect(page.locator("#notices .nt.unread")).to_contain_text("Jane Doe")
    in_english(page)
    page.get_by_role("button", name="Mark all as read").click()
    expect(bell).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#notices")).to_be_hidden()


def _a_line_that_breaks(page: Page) -> None:
    """Rows stay, the message says what to do, and a press of it goes on."""
    page.route("**/leads/?*owner=me*", lambda route: route.fulfill(status=503))
    page.locator(".views a").first.click()
    snack = page.locator(".snack[data-tone=danger]")
    expect(snack).to_be_visible()
    in_english(page)
    counted(page, "1–5 of 5")
    expect(page).to_have_url(re.compile("view=all$"))
    page.unroute_all()
    snack.get_by_role("button", name="Try again").click()
    expect(page.locator(".views a").first).to_have_attribute("aria-current", "page")


def test_a_lead_from_the_first_call_to_the_sent_mail(page, lead, draft, latin):
    latin(2)
    open_list(page)
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_have_text("Jane Doe")
    expect(page.locator("#draft-panel")).to_have_attribute("data-kind", "ready")
    in_english(page)
    _three_steps(page, draft)
    _what_was_said_and_what_is_next(page)
    _a_deal_won(page)
    page.locator("#panel-title").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    _my_day(page, lead)
    _help_and_feedback(page)
    assert Note.objects.filter(lead=lead).exists()


def _three_steps(page: Page, draft: Draft) -> None:
    panel = page.locator("#draft-panel")
    page.keyboard.press("c")
    expect(panel).to_have_attribute("data-kind", "handed")
    assert SUBJECT in page.evaluate("navigator.clipboard.readText()")
    in_english(page)
    page.keyboard.press("u")
    expect(panel).to_have_attribute("data-kind", "ready")
    page.keyboard.press("c")
    panel.get_by_role("button", name="Mark as sent").click()
    expect(panel).to_have_attribute("data-kind", "sent")
    expect(page.locator("#timeline > li:not(.day)").first).to_contain_text("We sent a mail")
    in_english(page)
    panel.get_by_role("button", name="Undo “sent”").click()
    expect(panel).to_have_attribute("data-kind", "handed")
    panel.get_by_role("button", name="Mark as sent").click()
    expect(panel).to_have_attribute("data-kind", "sent")
    assert Draft.objects.get(pk=draft.pk).state == State.SENT


def _what_was_said_and_what_is_next(page: Page) -> None:
    first = page.locator("#timeline > li:not(.day)").first
    page.get_by_label("Note on the call (optional)").fill("Wants a demo")
    page.locator("#panel .calls summary").click()
    # the suggestions are of tomorrow once the day's work is done
    page.locator("#call-at").fill(f"{timezone.localdate()}T23:59")
    page.get_by_role("button", name="Log with this time").click()
    expect(first).to_contain_text("Call: call back later")
    expect(page.locator("#panel .noted")).to_contain_text("Wants a demo")
    page.get_by_label("New note").fill("Budget is decided in May")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator("#panel .noted").first).to_contain_text("Budget is decided in May")
    page.locator("#next-text").fill("Prepare the demo")
    page.locator("#next-form .btn").first.click()
    expect(page.locator("#tb tr:first-child td.k-a")).to_contain_text("Prepare the demo")
    page.locator("#next-form .done").click()
    expect(first).to_contain_text("Prepare the demo")
    page.locator("#panel details.adjusting summary").click()
    page.locator("form.adjust [name=reason]").fill("Met at the fair")
    page.locator("form.adjust button").click()
    expect(page.locator("#panel .by-hand li")).to_contain_text("Met at the fair")
    in_english(page)


def _a_deal_won(page: Page) -> None:
    page.locator("#deal-new > summary").click()
    form = page.locator("#deal-new form")
    form.get_by_label("Name of the deal").fill("Yearly plan")
    form.get_by_label("Amount (yen)").fill("1,200,000")
    form.get_by_role("button", name="Add deal").click()
    deal = page.locator("article.deal")
    expect(deal).to_contain_text("¥1,200,000")
    deal.locator("details > summary").click()
    deal.get_by_role("radio", name="Won").check()
    deal.get_by_role("button", name="Save").click()
    expect(deal.locator(".deal-state")).to_have_text("Won")
    in_english(page)
    assert Deal.objects.get().status == "won"


def _my_day(page: Page, lead) -> None:
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/day/$"))
    expect(page.locator(f"#day-recall-{lead.pk} .name")).to_have_text("Jane Doe")
    in_english(page)
    page.get_by_role("link", name="Team", exact=True).click()
    expect(page.get_by_role("link", name="Team", exact=True)).to_have_attribute("aria-current", "true")
    in_english(page)


def _help_and_feedback(page: Page) -> None:
    menu = page.get_by_role("button", name="Account menu of Ken Sato")
    menu.click()
    page.locator("#usermenu").get_by_role("link", name="Help").click()
    expect(page.get_by_role("heading", name="Help", exact=True).first).to_be_visible()
    in_english(page)
    menu.click()
    page.locator("#usermenu").get_by_role("link", name="Tell us").click()
    dialog = page.get_by_role("dialog", name="Tell us")
    dialog.get_by_label("Message").fill("It saves me an hour a day.")
    in_english(page)
    dialog.get_by_role("button", name="Send the message").click()
    expect(page.get_by_text("Thank you")).to_be_visible()
    expect(dialog).to_be_hidden()
