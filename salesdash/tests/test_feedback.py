"""Feedback: what is stored, what is refused without losing the text, who may read it."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from salesdash import feedback
from salesdash.models import AuditEntry, Feedback

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def answers(**changes) -> dict[str, str]:
    return {
        "kind": "wish",
        "message": "一覧を印刷したいです。",
        "page": "/leads/",
        "request_id": str(uuid.uuid4()),
    } | changes


@pytest.fixture
def signed_in(client, rep):
    client.force_login(rep)
    return client


def test_what_was_shown_is_what_is_stored(signed_in, rep):
    answer = signed_in.post("/feedback/", answers(), follow=True)
    stored = Feedback.objects.get()
    assert (stored.user, stored.role, stored.language) == (rep, "rep", "ja")
    assert (stored.kind, stored.message, stored.page) == ("wish", "一覧を印刷したいです。", "/leads/")
    assert stored.app_version == feedback.app_version() != ""
    assert "ありがとうございます" in answer.text
    assert answer.redirect_chain == [("/leads/", 302)]


def test_the_log_says_that_and_not_what(signed_in):
    signed_in.post("/feedback/", answers())
    entry = AuditEntry.objects.get(action="feedback.give")
    assert entry.details == {"kind": "wish", "characters": 11}


def test_the_form_shows_the_page_that_is_taken_along(signed_in):
    html = signed_in.get("/feedback/", {"page": "/leads/7/?q=田中"}).text
    assert 'value="/leads/7/"' in html
    assert "佐藤 健" in html
    assert "田中" not in html


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "/\\evil.example", "x", ""])
def test_only_a_path_of_ours_is_kept(signed_in, address):
    answer = signed_in.post("/feedback/", answers(page=address))
    assert answer.headers["Location"] == "/"
    assert Feedback.objects.get().page == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"message": ""},
        {"message": " \n "},
        {"message": "あ" * 2001},
        {"kind": "curse"},
        {"message": "a\x00b"},
    ],
)
def test_a_refusal_keeps_what_was_typed(signed_in, wrong):
    answer = signed_in.post("/feedback/", answers(**wrong))
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert Feedback.objects.count() == 0
    kept = answers(**wrong)["message"].replace("\x00", "").strip()
    assert kept in answer.text.replace("\x00", "")


def test_a_line_end_is_one_character(signed_in):
    signed_in.post("/feedback/", answers(message="あ\r\n" * 999 + "いう"))
    assert len(Feedback.objects.get().message) == 2000


def test_two_clicks_store_one(signed_in):
    once = answers()
    assert [signed_in.post("/feedback/", once).status_code for _click in range(2)] == [302, 302]
    assert Feedback.objects.count() == 1
    assert AuditEntry.objects.filter(action="feedback.give").count() == 1


def test_anothers_number_is_not_in_the_way(client, rep, outsider):
    once = answers()
    for person in (rep, outsider):
        client.force_login(person)
        client.post("/feedback/", once)
    assert Feedback.objects.count() == 2


def _fill(person, at=None):
    for _n in range(feedback.PER_DAY):
        feedback.give(user=person, request_id=uuid.uuid4(), kind="wish", message="x", page="")
    if at:
        Feedback.objects.update(created_at=at)


def test_too_many_a_day_is_said_and_the_text_stays(signed_in, rep):
    _fill(rep)
    answer = signed_in.post("/feedback/", answers())
    assert answer.status_code == 429
    assert "一覧を印刷したいです。" in answer.text
    assert "20件" in answer.text
    assert signed_in.post("/feedback/", answers(), headers=HTMX).status_code == 422
    assert Feedback.objects.count() == feedback.PER_DAY


def test_the_day_after_it_goes_on(signed_in, rep, outsider):
    _fill(rep, at=timezone.now() - timedelta(hours=25))
    assert signed_in.post("/feedback/", answers()).status_code == 302


def test_htmx_gets_the_form_alone_then_nothing_and_a_toast(signed_in):
    form = signed_in.get("/feedback/", headers=HTMX)
    assert "<html" not in form.text
    assert 'hx-post="/feedback/"' in form.text
    done = signed_in.post("/feedback/", answers(), headers=HTMX)
    assert (done.status_code, done.content) == (200, b"")
    assert "sd:toast" in done.headers["HX-Trigger"]
    assert "HX-Request" in done.headers["Vary"]


def test_the_page_works_without_htmx_and_in_english(client, rep):
    rep.language = "en"
    rep.save()
    client.force_login(rep)
    html = client.get("/feedback/").text
    assert "Send the message" in html
    assert re.search(r'name="request_id" value="[0-9a-f-]{36}"', html)


def test_every_page_offers_it_with_its_own_address(signed_in):
    assert 'href="/feedback/?page=%2Fsettings%2F"' in signed_in.get("/settings/").text


def test_a_visitor_is_sent_to_the_sign_in(client, db):
    for answer in (client.get("/feedback/"), client.post("/feedback/", answers())):
        assert answer.headers["Location"].startswith("/accounts/login/")
    assert Feedback.objects.count() == 0


@pytest.mark.parametrize("who", ["rep", "colleague", "outsider", "reviewer", "manager"])
def test_nobody_but_an_administrator_reads_it(client, request, settings, rep, who):
    settings.ADMIN_SECOND_FACTOR = False
    said = feedback.give(user=rep, request_id=uuid.uuid4(), kind="praise", message="秘密の言葉", page="")
    client.force_login(request.getfixturevalue(who))
    for path in ("/admin/salesdash/feedback/", f"/admin/salesdash/feedback/{said.pk}/change/"):
        answer = client.get(path)
        assert answer.status_code in (302, 403)
        assert "秘密の言葉" not in answer.text


def test_the_administrator_reads_and_changes_nothing(
    client, admin, rep, settings, django_assert_max_num_queries
):
    settings.ADMIN_SECOND_FACTOR = False
    _fill(rep)
    client.force_login(admin)
    with django_assert_max_num_queries(16):
        listed = client.get("/admin/salesdash/feedback/?kind__exact=wish")
    assert listed.text.count("field-excerpt") == feedback.PER_DAY
    path = f"/admin/salesdash/feedback/{Feedback.objects.first().pk}/change/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"message": "y"}).status_code == 403
    assert client.get("/admin/salesdash/feedback/add/").status_code == 403
    assert not Feedback.objects.filter(message="y").exists()


def test_the_budgets(signed_in, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        signed_in.get("/feedback/")
    with django_assert_max_num_queries(12):
        signed_in.post("/feedback/", answers())
