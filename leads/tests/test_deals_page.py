"""Deals and outcomes on the lead page: added, won, taken back; two people at once; strangers see nothing."""

from __future__ import annotations

import json
import re
import uuid

import pytest

from leads import dealing
from leads.deal_forms import YenField
from leads.models import Activity, Deal
from leads.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
FORM = {
    "name": "年間契約", "amount_jpy": "１２０万円", "gross_margin_jpy": "¥800,000", "status": "open",
}  # fmt: skip


@pytest.fixture
def page(client, rep, lead):
    client.force_login(rep)
    return f"/leads/{lead.pk}/"


@pytest.fixture
def deal(lead, rep):
    values = {"name": "年間契約", "amount_jpy": 1_200_000, "gross_margin_jpy": 800_000}
    return dealing.create(lead_id=lead.pk, user=rep, values=values).deal


def toast(answer):
    return json.loads(answer.headers["HX-Trigger"])["sd:toast"]


def hidden(text: str, deal: Deal) -> dict[str, str]:
    """The hidden fields of the deal's form, as the page has them."""
    form = text.split(f'id="deal-{deal.pk}-edit"')[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(version|seen_opened|seen_closed)" value="([^"]*)"', form))


def test_a_deal_is_added_and_the_toast_takes_it_back(client, page):
    answer = client.post(f"{page}deals/", FORM | {"request_id": str(uuid.uuid4())}, headers=HTMX)
    assert "¥1,200,000" in answer.text
    assert "粗利 ¥800,000" in answer.text
    assert "<html" not in answer.text
    client.post(toast(answer)["undo"], headers=HTMX)
    assert not Deal.objects.exists()


def test_it_is_won_from_the_page_as_it_stands(client, page, deal):
    fields = hidden(client.get(page).text, deal)
    answer = client.post(
        f"{page}deals/{deal.pk}/", FORM | fields | {"status": "won", "opened": fields["seen_opened"]}
    )
    assert answer.status_code == 302
    opened = deal.opened_at
    deal.refresh_from_db()
    assert (deal.status, deal.gross_margin_jpy, deal.opened_at) == ("won", 800_000, opened)
    assert "受注" in client.get(page).text


def test_two_at_once_see_both_and_lose_nothing(client, page, deal, colleague):
    fields = hidden(client.get(page).text, deal)
    dealing.change(deal_id=deal.pk, user=colleague, version=1, values={"status": "won"})
    sent = FORM | fields | {"status": "lost", "lost_reason": "競合に決定"}
    answer = client.post(f"{page}deals/{deal.pk}/", sent, headers=HTMX)
    assert answer.status_code == 409
    for part in ("受注 ·", "失注 ·", 'value="競合に決定"', "自分の値で保存"):
        assert part in answer.text, part
    again = client.post(f"{page}deals/{deal.pk}/", sent | hidden(answer.text, deal), headers=HTMX)
    assert again.status_code == 200
    assert Deal.objects.get().lost_reason == "競合に決定"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"amount_jpy": "たくさん"}, "amount_jpy"),
        ({"gross_margin_jpy": "2000万"}, "gross_margin_jpy"),
        ({"status": "sold"}, "status"),
        ({"opened": "2999-01-01"}, "opened"),
        ({"status": "won", "closed": "1999-01-01"}, "closed"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(wrong, field, client, page):
    answer = client.post(f"{page}deals/", FORM | wrong, headers=HTMX)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]
    assert not Deal.objects.exists()


@pytest.mark.parametrize(
    ("typed", "yen"),
    [
        ("1,200,000", 1_200_000), ("１２０万円", 1_200_000), ("¥1.2M", 1_200_000), ("1.5億", 150_000_000),
        ("▲5万", -50_000), ("", 0), ("0", 0),
    ],
)  # fmt: skip
def test_yen_as_people_type_them(typed, yen):
    assert YenField(required=False).clean(typed) == yen


@pytest.mark.parametrize("outcome", ["meeting_booked", "document_request"])
def test_an_outcome_is_one_click_and_can_be_taken_back(outcome, client, page, lead):
    sent = {"outcome": outcome, "request_id": str(uuid.uuid4())}
    answers = [client.post(f"{page}outcomes/", sent, headers=HTMX) for _ in range(2)]
    assert Activity.objects.standing().filter(lead=lead).count() == 1
    assert {"meeting_booked": "商談を予約", "document_request": "資料請求"}[outcome] in answers[0].text
    client.post(toast(answers[0])["undo"], headers=HTMX)
    assert not Activity.objects.standing().filter(lead=lead).exists()


@pytest.mark.parametrize(
    "sent", [{}, {"outcome": "opt_out"}, {"outcome": "meeting_booked", "request_id": "x"}]
)
def test_an_outcome_that_is_none_is_refused(sent, client, page, lead):
    assert client.post(f"{page}outcomes/", sent, headers=HTMX).status_code == 400
    assert not Activity.objects.exists()


def addresses(page, deal, step):
    return [
        f"{page}deals/", f"{page}deals/{deal.pk}/", f"{page}deals/steps/{step.pk}/undo/", f"{page}outcomes/",
        f"{page}outcomes/{uuid.uuid4()}/undo/",
    ]  # fmt: skip


def test_a_stranger_and_a_reviewer_change_nothing(client, page, deal, lead, outsider, reviewer):
    step = deal.steps.get()
    for address in addresses(page, deal, step):
        client.force_login(outsider)
        assert client.post(address, FORM).status_code == 404
        client.force_login(reviewer)
        assert client.post(address, FORM).status_code == 403
        client.logout()
        assert client.post(address, FORM).status_code == 302
    client.force_login(reviewer)
    text = client.get(page).text
    assert "年間契約" in text
    assert "deal-new" not in text


def test_a_deal_is_reached_by_its_own_lead_alone(client, rep, lead, deal, other_team):
    """Somebody in both teams: the address names the wrong lead."""
    from leads.tests.factories import CompanyFactory, LeadFactory

    both = UserFactory(role="rep", member_of=(lead.team, other_team), username="both")
    other = LeadFactory(company=CompanyFactory(team=other_team))
    client.force_login(both)
    sent = FORM | {"version": "1"}
    assert client.post(f"/leads/{other.pk}/deals/{deal.pk}/", sent, headers=HTMX).status_code == 404
