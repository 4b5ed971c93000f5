"""The lead page: what it shows, to whom, and what a person does on it."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from leads import rules
from leads.models import Activity, ActivityType, Deal, Lead, Note
from leads.tests.table_cast import warm

HTMX = {"HX-Request": "true"}
NOTHING = '{"text": "", "due_at": null}'
ACTIONS = {
    "calls": {"outcome": "absent"},
    "notes": {"body": "メモ"},
    "stage": {"stage": "working", "seen": '"new"'},
    "next-action": {"next_action": "電話", "due_at": "2099-01-05T10:00", "seen": NOTHING},
}


@pytest.fixture
def page(client, rep, lead):
    client.force_login(rep)
    return f"/leads/{lead.pk}/"


@pytest.mark.parametrize("number", [0, 1, 40])
def test_queries_do_not_grow(client, page, rep, lead, django_assert_max_num_queries, number):
    warm(lead, times=number)
    for place in range(number):
        Note.objects.create(lead=lead, author=rep, author_name="佐藤", body=f"{place}")
        Deal.objects.create(lead=lead, team=lead.team, name="商談", opened_at=timezone.now())
    rules.forget()
    with django_assert_max_num_queries(12):
        assert client.get(page).status_code == 200


def test_it_says_who_and_why(client, page, lead):
    warm(lead, times=3)
    Deal.objects.create(
        lead=lead, team=lead.team, name="検査装置", amount_jpy=4_800_000, opened_at=timezone.now()
    )
    text = client.get(page).text
    for expected in ("山田 花子 様", "株式会社青葉精機", "購買部", "課長", 'href="tel:0312345678"', "料金ページ閲覧 3回",
                     f'href="mailto:{lead.email}"', "検査装置", "¥4,800,000", "適合度"):  # fmt: skip
        assert expected in text


def test_in_english(client, rep, page, lead):
    warm(lead, times=3)
    rep.language = "en"
    rep.save()
    client.force_login(rep)
    text = client.get(page).text
    assert "Why this temperature" in text
    assert "Viewed the pricing page, 3 times" in text
    assert "様" not in text


@pytest.mark.parametrize("path", ["", "timeline/", *(f"{name}/" for name in ACTIONS)])
def test_outsiders_find_nothing(client, outsider, lead, path):
    client.force_login(outsider)
    url = f"/leads/{lead.pk}/{path}"
    data = ACTIONS.get(path.rstrip("/"))
    response = client.post(url, data) if data else client.get(url)
    assert response.status_code == 404
    assert not Activity.objects.exists()
    assert not Note.objects.exists()
    lead.refresh_from_db()
    assert (lead.stage, lead.next_action) == ("new", "")


def test_a_lead_that_does_not_exist(client, rep):
    client.force_login(rep)
    assert client.get("/leads/9223372036854775807/").status_code == 404
    assert client.get("/leads/92233720368547758070/").status_code == 404


@pytest.mark.parametrize("name", ACTIONS)
def test_a_reviewer_reads_only(client, reviewer, lead, name):
    client.force_login(reviewer)
    assert client.get(f"/leads/{lead.pk}/").status_code == 200
    assert client.post(f"/leads/{lead.pk}/{name}/", ACTIONS[name]).status_code == 403


def test_a_reviewer_is_offered_nothing_to_change(client, reviewer, lead):
    client.force_login(reviewer)
    assert 'method="post" action="/leads/' not in client.get(f"/leads/{lead.pk}/").text


@pytest.mark.parametrize("name", ACTIONS)
def test_without_javascript_an_action_returns_to_the_page(client, page, name):
    response = client.post(f"{page}{name}/", ACTIONS[name], follow=True)
    assert response.redirect_chain == [(page, 302)]
    assert "data-toast" in response.text


@pytest.mark.parametrize("name", ACTIONS)
def test_htmx_gets_the_inside_of_the_page_and_a_word(client, page, name):
    response = client.post(f"{page}{name}/", ACTIONS[name], headers=HTMX)
    assert response.status_code == 200
    assert "<html" not in response.text
    assert json.loads(response.headers["HX-Trigger"])["sd:toast"]["text"]


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_no_link(client, page, name):
    assert client.get(f"{page}{name}/").status_code == 405


def test_next_action_and_stage_are_saved_in_the_persons_time_zone(client, page, lead):
    client.post(f"{page}stage/", ACTIONS["stage"])
    client.post(f"{page}next-action/", ACTIONS["next-action"])
    lead.refresh_from_db()
    assert (lead.stage, lead.next_action) == ("working", "電話")
    assert lead.next_action_due_at.isoformat() == "2099-01-05T01:00:00+00:00"
    assert 'value="2099-01-05T10:00"' in client.get(page).text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_where_somebody_was_faster_both_values_are_shown(client, page, lead, headers):
    Lead.objects.filter(pk=lead.pk).update(next_action="見積もりを送る")
    response = client.post(f"{page}next-action/", ACTIONS["next-action"], headers=headers)
    assert response.status_code == 409
    for word in ("見積もりを送る", 'value="電話"', 'value="2099-01-05T10:00"', "自分の値で保存"):
        assert word in response.text
    assert Lead.objects.get(pk=lead.pk).next_action == "見積もりを送る"
    seen = response.context["conflict"]["seen"]
    client.post(f"{page}next-action/", {**ACTIONS["next-action"], "seen": seen})
    assert Lead.objects.get(pk=lead.pk).next_action == "電話"


def test_a_change_of_something_else_is_no_conflict(client, page, lead):
    client.post(f"{page}stage/", ACTIONS["stage"])
    assert client.post(f"{page}next-action/", ACTIONS["next-action"], headers=HTMX).status_code == 200


def test_a_double_click_logs_one_call(client, page, lead):
    data = {"outcome": "connected", "note": "良い感触", "request_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}
    for _click in range(2):
        client.post(f"{page}calls/", data)
    assert Activity.objects.get(lead=lead).type == ActivityType.CALL_CONNECTED
    assert Note.objects.get(lead=lead).body == "良い感触"


def test_a_proposed_time_is_a_call_back_in_one_click(client, page, lead):
    time = client.get(page).context["recall_times"][0].value
    client.post(f"{page}calls/", {"recall_at": time, "note": ""})
    lead.refresh_from_db()
    assert f"{timezone.localtime(lead.recall_at):%Y-%m-%dT%H:%M}" == time
    assert Activity.objects.get(lead=lead).type == ActivityType.CALL_BACK


def test_another_outcome_ignores_a_time_left_in_the_field(client, page, lead):
    client.post(f"{page}calls/", {"outcome": "absent", "recall_at": "2099-01-05T10:00"})
    lead.refresh_from_db()
    assert lead.recall_at is None


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("calls", {}),
        ("calls", {"outcome": "hung_up"}),
        ("calls", {"outcome": "call_back"}),
        ("calls", {"recall_at": "2001-01-01T10:00"}),
        ("calls", {"recall_at": "tomorrow"}),
        ("calls", {"outcome": "absent", "request_id": "x"}),
        ("notes", {"body": "  "}),
        ("notes", {"body": "x" * 4001}),
        ("stage", {"stage": "sold", "seen": '"new"'}),
        ("next-action", {"next_action": "", "due_at": "2099-01-05T10:00", "seen": NOTHING}),
        ("next-action", {"next_action": "x" * 201, "seen": NOTHING}),
        ("next-action", {"next_action": "x", "seen": "{"}),
    ],
)
def test_what_does_not_fit_is_told(client, page, lead, name, data):
    response = client.post(f"{page}{name}/", data, headers=HTMX)
    assert response.status_code == 400
    assert response.json()["code"] == "invalid"
    assert response.json()["detail"]
    assert not Activity.objects.exists()
    assert not Note.objects.exists()


def test_what_does_not_fit_is_told_without_javascript(client, page):
    response = client.post(f"{page}calls/", {"outcome": "call_back"})
    assert response.status_code == 400
    assert "再架電の日時を選んでください" in response.text


def test_do_not_contact_takes_the_links_away(client, page, lead):
    Lead.objects.filter(pk=lead.pk).update(do_not_contact=True, do_not_contact_reason="本人の希望")
    text = client.get(page).text
    assert "連絡禁止" in text
    assert "tel:" not in text
    assert "mailto:" not in text


def test_nothing_a_lead_says_becomes_markup(client, page, lead):
    evil = '"><script>alert(1)</script>'
    lead.company.website = "javascript:alert(1)"
    lead.company.save()
    Lead.objects.filter(pk=lead.pk).update(
        family_name=evil,
        department=evil,
        next_action=evil,
        phone=evil,
        attributes={evil: evil, "n": [1, {"a": None}]},
    )
    Note.objects.create(lead=lead, author_name=evil, body=evil)
    text = client.get(page).text
    assert "<script>alert" not in text
    assert 'href="javascript:' not in text


def test_cooling_is_told(client, page, lead):
    warm(lead, times=2, hours_ago=30)
    context = client.get(page).context
    assert context["moved"] < 0
    assert "まで下がります" in context["cooling"]
    assert len(context["spark_values"]) == 30


def test_an_overdue_next_action_is_marked(client, page, lead):
    due = timezone.now() - timedelta(days=2)
    Lead.objects.filter(pk=lead.pk).update(next_action="電話", next_action_due_at=due)
    assert "2日超過" in client.get(page).text
