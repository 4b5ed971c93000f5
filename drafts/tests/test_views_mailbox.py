"""The demo's mailbox page: who sees which mail, what a hostile mail can do there, and answers that arrive."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest

from drafts.inbound import polling
from drafts.models import Delivery, MailEvent
from drafts.tests.mails import lead_at, sent_mail
from leads.models import Activity, ActivityType
from leads.tests.factories import CompanyFactory
from salesdash.devmail import DevMail, Options
from salesdash.tests.dev_mail_clients import submit
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def server(tmp_path, settings):
    with DevMail(Options(folder=tmp_path)) as running:
        settings.DEMO = True
        settings.DEV_MAIL = f"127.0.0.1:{running.incoming_port}"
        settings.DEV_MAIL_FOLDER = str(tmp_path)
        settings.MAILBOX_URL = running.mailbox_url()
        yield running


def mailed(server, delivery: Delivery, *, html: str = "<p>本文です。</p>", subject: str = "ご案内") -> int:
    message = EmailMessage()
    message["From"] = "佐藤 健 <rep@ours.example>"
    message["To"] = delivery.recipient
    message["Subject"] = subject
    message["Message-ID"] = delivery.message_id
    message.set_content("本文です。\nhttps://ours.example/a?b=1&c=2")
    message.add_alternative(html, subtype="html")
    submit(server, message)
    return server.store.sent.numbers()[-1]


@pytest.fixture
def number(server, lead, rep):
    return mailed(server, sent_mail(lead, rep))


def paths(number: int) -> list[str]:
    return ["/mailbox/", *(f"/mailbox/{number}/{rest}" for rest in ("", "html/", "raw/", "came/"))]


def test_outside_the_demo_there_is_no_such_page(client, settings, rep, number):
    client.force_login(rep)
    for demo, address in ((False, settings.DEV_MAIL), (True, "")):
        settings.DEMO, settings.DEV_MAIL = demo, address
        assert {client.get(path).status_code for path in paths(number)} == {404}
        assert client.post(f"/mailbox/{number}/answer/", {"kind": "full"}).status_code == 404
        assert 'href="/mailbox/"' not in client.get("/settings/").text


def test_nobody_reads_it_without_signing_in(client, number):
    assert {client.get(path).status_code for path in paths(number)} == {302}
    assert client.post(f"/mailbox/{number}/answer/", {"kind": "full"}).status_code == 302
    assert not MailEvent.objects.exists()


def test_an_outsider_sees_no_mail_of_the_team(client, outsider, number):
    client.force_login(outsider)
    assert "ご案内" not in client.get("/mailbox/").text
    assert {client.get(path).status_code for path in paths(number)[1:]} == {404}
    assert client.post(f"/mailbox/{number}/answer/", {"kind": "unknown"}).status_code == 404
    polling.poll_all()
    assert not MailEvent.objects.exists()


def test_the_team_and_an_administrator_see_it(client, colleague, admin, number):
    for person in (colleague, admin):
        client.force_login(person)
        assert "ご案内" in client.get("/mailbox/").text
        assert client.get(f"/mailbox/{number}/").status_code == 200


def test_the_list_is_newest_first_found_by_recipient_and_paged(client, server, company, rep):
    for n in range(52):
        person = lead_at(company, f"person{n:02}@example.jp")
        mailed(server, sent_mail(person, rep, message_id=f"<{n}@ours.example>"))
    client.force_login(rep)

    def listed(query=""):
        return re.findall(
            r'<span class="sub">(person\d\d)@', client.get(f"/mailbox/{query}", headers=HTMX).text
        )

    assert listed() == [f"person{n:02}" for n in range(51, 1, -1)]
    assert listed("?page=2") == ["person01", "person00"]
    assert listed("?q=ＰＥＲＳＯＮ07") == ["person07"]
    assert listed("?page=99999") == listed("?page=-1") == listed("?page=x") == listed()
    assert "nobody@" in client.get("/mailbox/?q=nobody@").text


def test_many_mails_cost_no_more_queries(client, server, company, rep, django_assert_max_num_queries):
    for n in range(60):
        mailed(server, sent_mail(lead_at(company, f"p{n}@example.jp"), rep, message_id=f"<{n}@ours.example>"))
    client.force_login(rep)
    with django_assert_max_num_queries(9):
        client.get("/mailbox/60/")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_part_in_both_languages_keeps_the_policy(client, rep, number, language):
    rep.language = language
    rep.save()
    client.force_login(rep)
    for query in ("", "?part=html", "?part=html&pictures", "?part=headers", "?part=nonsense"):
        answer = client.get(f"/mailbox/{number}/{query}")
        assert findings(answer.text, MARKUP_RULES) == []
        assert "frame-src 'self'" in answer["Content-Security-Policy"]
    assert "&lt;first@" not in answer.text
    html = client.get(f"/mailbox/{number}/").text
    assert ("お客様として返信" if language == "ja" else "Answer as the customer") in html
    assert "https://ours.example/a?b=1&amp;c=2" in html
    assert client.get("/mailbox/", headers=HTMX).text.count("<html") == 0


def test_an_empty_mailbox_says_what_to_do(client, server, rep):
    client.force_login(rep)
    assert 'class="state full"' in client.get("/mailbox/").text
    assert client.get("/mailbox/7/").status_code == 404


def test_a_hostile_mail_runs_nothing_and_loads_nothing(client, server, lead, rep):
    evil = '<script>alert(1)</script><img src="http://spy.example/x.gif"><a href="javascript:alert(1)">x</a>'
    number = mailed(server, sent_mail(lead, rep), html=evil, subject="<script>alert(2)</script>")
    client.force_login(rep)
    page = client.get(f"/mailbox/{number}/?part=html").text
    assert "<script>alert" not in page
    assert re.search(r'<iframe class="mframe" sandbox=""', page)
    assert "javascript:" not in page
    frame = client.get(f"/mailbox/{number}/html/")
    assert frame.text.startswith("<script>alert(1)")
    assert "spy.example" not in frame.text
    policy = frame["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert policy.endswith("sandbox")
    assert "img-src" not in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert (
        "img-src http: https:" in client.get(f"/mailbox/{number}/html/?pictures")["Content-Security-Policy"]
    )


def test_the_mail_as_it_was_sent(client, server, rep, number):
    client.force_login(rep)
    answer = client.get(f"/mailbox/{number}/raw/")
    assert answer.content == server.store.sent.content(number)
    assert answer["Content-Type"] == "message/rfc822"
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("kind", "came"),
    [
        ("reply", [ActivityType.EMAIL_REPLY]),
        ("absent", []),
        ("unknown", [ActivityType.EMAIL_BOUNCE]),
        ("full", [ActivityType.EMAIL_BOUNCE]),
    ],
)
def test_an_answer_goes_its_whole_way(client, lead, rep, number, kind, came):
    client.force_login(rep)
    answer = client.post(f"/mailbox/{number}/answer/", {"kind": kind, "text": "了解しました。"})
    assert answer.status_code == 302
    polling.poll_all()
    assert list(Activity.objects.filter(lead=lead).values_list("type", flat=True)) == came
    part = client.get(f"/mailbox/{number}/came/").text
    assert part.count("<time") == len(came)


@pytest.mark.parametrize(
    "given", [{}, {"kind": "reply"}, {"kind": "reply", "text": " "}, {"kind": "x", "text": "y"}]
)
def test_an_incomplete_answer_is_not_sent_and_keeps_its_text(client, server, rep, number, given):
    client.force_login(rep)
    answer = client.post(f"/mailbox/{number}/answer/", given)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert given.get("text", "") in answer.text
    assert server.store.box("replies").numbers() == []


def test_a_mail_server_that_is_down_loses_no_text(client, server, rep, number):
    server.stop()
    client.force_login(rep)
    answer = client.post(f"/mailbox/{number}/answer/", {"kind": "reply", "text": "大切な返信"})
    assert answer.status_code == 502
    assert "大切な返信" in answer.text
    assert 'role="alert"' in answer.text


def test_a_mail_of_another_team_answers_404_also_by_a_guessed_number(
    client, server, other_team, outsider, rep
):
    theirs = lead_at(CompanyFactory(team=other_team), "x@example.jp")
    number = mailed(server, sent_mail(theirs, outsider))
    client.force_login(rep)
    assert client.get(f"/mailbox/{number}/raw/").status_code == 404
