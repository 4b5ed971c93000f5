"""Points by hand on the lead page: form, list, undo; with and without JavaScript."""

import json
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from leads import adjusting, rules, saving
from leads.models.activity import TemperatureAdjustment
from leads.models.score import LeadScore

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
FORM = {"direction": "up", "points": "20", "reason": "展示会で話した", "lasts": "14"}


@pytest.fixture
def page(client, rep, lead):
    client.force_login(rep)
    return f"/leads/{lead.pk}/"


@pytest.fixture
def made(lead, rep):
    return adjusting.adjust(lead_id=lead.pk, user=rep, points=20, reason="展示会で話した")


def temperature(lead) -> int:
    score = LeadScore.objects.get(pk=lead.pk)
    return int(rules.current().scale.temperature(score.rank, timezone.now()) + 1e-6)


def test_it_is_shown_at_once_with_reason_author_and_end(client, page, lead, rep):
    answer = client.post(f"{page}adjust/", FORM, headers=HTMX)
    assert answer.context["shown"] == "20"
    assert "<html" not in answer.text
    made = TemperatureAdjustment.objects.get()
    shown = timezone.localtime(made.expires_at)
    for part in ("+20", "展示会で話した", str(rep), f"{shown.month}/{shown.day}", "まで"):
        assert part in answer.text
    assert "手動で調整 +20" in answer.text


def test_the_toast_offers_to_take_it_back(client, page, lead):
    answer = client.post(f"{page}adjust/", FORM, headers=HTMX)
    toast = json.loads(answer.headers["HX-Trigger"])["sd:toast"]
    assert client.post(toast["undo"], headers=HTMX).context["shown"] == "0"


def test_down_and_without_an_end(client, page, lead, rep):
    adjusting.adjust(lead_id=lead.pk, user=rep, points=40, reason="理由")
    client.post(f"{page}adjust/", FORM | {"direction": "down", "lasts": ""})
    made = TemperatureAdjustment.objects.latest("pk")
    assert (made.points, made.expires_at) == (-20, None)
    assert temperature(lead) == 20


@pytest.mark.parametrize("days", [7, 14, 30])
def test_it_ends_after_the_chosen_time(client, page, days):
    client.post(f"{page}adjust/", FORM | {"lasts": str(days)})
    ends = TemperatureAdjustment.objects.get().expires_at
    assert timedelta(days=days, minutes=-1) < ends - timezone.now() <= timedelta(days=days)


def test_without_javascript_it_returns_to_the_page(client, page, lead):
    answer = client.post(f"{page}adjust/", FORM, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "+20ポイント調整しました" in answer.text
    undo = f"{page}adjust/{TemperatureAdjustment.objects.get().pk}/undo/"
    assert undo in answer.text
    assert client.post(undo, follow=True).context["shown"] == "0"


def test_a_double_click_adjusts_once(client, page, lead):
    for _click in range(2):
        client.post(f"{page}adjust/", FORM | {"request_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"})
    assert temperature(lead) == 20


def test_a_colleague_may_undo_and_the_timeline_says_who(client, colleague, lead, made):
    client.force_login(colleague)
    answer = client.post(f"/leads/{lead.pk}/adjust/{made.pk}/undo/", headers=HTMX)
    assert f"{colleague}が取り消し" in answer.text
    assert answer.text.count("手動で調整 +20") == 1
    assert answer.context["by_hand"] == []


@pytest.mark.parametrize("path", ["adjust/", "adjust/{}/undo/"])
def test_outsiders_find_nothing(client, outsider, lead, made, path):
    client.force_login(outsider)
    assert client.post(f"/leads/{lead.pk}/{path.format(made.pk)}", FORM).status_code == 404
    assert temperature(lead) == 20


@pytest.mark.parametrize("path", ["adjust/", "adjust/{}/undo/"])
def test_a_reviewer_reads_only(client, reviewer, lead, made, path):
    client.force_login(reviewer)
    text = client.get(f"/leads/{lead.pk}/").text
    assert "展示会で話した" in text
    assert "/adjust/" not in text
    assert client.post(f"/leads/{lead.pk}/{path.format(made.pk)}", FORM).status_code == 403


def test_an_adjustment_of_another_lead_is_not_found(client, page, rep, company):
    from leads.tests.factories import LeadFactory

    other = adjusting.adjust(lead_id=LeadFactory(company=company).pk, user=rep, points=5, reason="理由")
    assert client.post(f"{page}adjust/{other.pk}/undo/", headers=HTMX).status_code == 404
    assert TemperatureAdjustment.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize(
    "wrong", [{"points": "0"}, {"points": "51"}, {"points": "x"}, {"reason": "　"}, {"lasts": "3"},
              {"direction": "left"}, {"request_id": "1"}],
)  # fmt: skip
def test_what_does_not_fit_is_told(client, page, wrong):
    answer = client.post(f"{page}adjust/", FORM | wrong, headers=HTMX)
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert not TemperatureAdjustment.objects.exists()


def test_an_excluded_lead_offers_no_points(client, page, lead, rep):
    saving.set_do_not_contact(lead_id=lead.pk, user=rep, blocked=True, version=1)
    assert "adjust/" not in client.get(page).text
    answer = client.post(f"{page}adjust/", FORM, headers=HTMX)
    assert (answer.status_code, answer.json()["code"]) == (409, "adjustment_excluded")


def test_nothing_a_reason_says_becomes_markup(client, page):
    client.post(f"{page}adjust/", FORM | {"reason": "<script>alert(1)</script>", "request_id": uuid.uuid4()})
    assert "<script>alert" not in client.get(page).text


def test_the_queries_do_not_grow(client, page, lead, rep, django_assert_max_num_queries):
    for _n in range(9):
        adjusting.adjust(lead_id=lead.pk, user=rep, points=5, reason="理由")
    rules.forget()
    with django_assert_max_num_queries(12):
        client.get(page)
