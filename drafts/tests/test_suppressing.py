"""Lists of addresses that nothing may go to, read in from files as other systems write them."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from drafts import sending, suppressing
from drafts.models import State, Suppression
from drafts.tests.factories import DraftFactory
from salesdash.errors import DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


LIST = "メールアドレス,理由,備考\r\nA@Example.com,配信停止,電話で\r\n壊れた行,,\r\nb@example.com,Bounced,\r\nc@example.com,,\r\nd@example.com,気分,\r\n"


def read(text, *, team, user, encoding="utf-8"):
    return suppressing.read_in(io.BytesIO(text.encode(encoding)), team=team, user=user)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_list_as_other_systems_write_it(encoding, team, admin):
    outcome = read(LIST, team=team, user=admin, encoding=encoding)
    assert (outcome.added, outcome.known, outcome.faulty) == (3, 0, 2)
    assert [line for line, _sentence in outcome.faults] == [3, 6]
    held = dict(Suppression.objects.filter(team=team).values_list("email", "reason"))
    assert {email.lower(): reason for email, reason in held.items()} == {
        "a@example.com": "opt_out", "b@example.com": "bounce", "c@example.com": "manual",
    }  # fmt: skip
    assert Suppression.objects.get(reason="opt_out").note == "電話で"
    entry = AuditEntry.objects.get(action="suppression.import")
    assert entry.details == {"added": 3, "known": 0, "faulty": 2}


def test_a_bare_list_without_column_names(team, admin):
    assert read("a@example.com\nb@example.com\n", team=team, user=admin).added == 2


def test_what_is_held_already_stays_as_it_is(team, admin):
    Suppression.objects.create(team=team, email="A@example.com", reason="complaint")
    outcome = read(LIST + "B@EXAMPLE.COM,,\r\n", team=team, user=admin)
    assert (outcome.added, outcome.known) == (2, 2)
    assert Suppression.objects.get(email="A@example.com").reason == "complaint"
    assert read(LIST, team=team, user=admin).added == 0


def test_a_long_list_goes_in_by_parts(team, admin, monkeypatch):
    monkeypatch.setattr(suppressing, "_CHUNK", 3)
    monkeypatch.setattr(suppressing, "SHOWN", 1)
    rows = "".join(f"p{n}@example.com\n" for n in range(10)) + "x\ny\n"
    outcome = read("email\n" + rows, team=None, user=admin)
    assert (outcome.added, outcome.faulty, len(outcome.faults)) == (10, 2, 1)
    assert Suppression.objects.filter(team=None).count() == 10


@pytest.mark.parametrize("text", ["", "name,city\n佐藤,東京\n"])
def test_a_file_without_addresses_is_refused_and_nothing_is_kept(text, team, admin):
    with pytest.raises(DomainError):
        read(text, team=team, user=admin)
    assert not Suppression.objects.exists()


def test_too_long_a_file_is_refused(team, admin, monkeypatch):
    monkeypatch.setattr(suppressing, "MOST_ROWS", 2)
    with pytest.raises(DomainError) as refused:
        read(LIST, team=team, user=admin)
    assert refused.value.code == "too_many_rows"


def test_nothing_leaves_for_an_address_of_the_list(lead, rep, team, admin):
    draft = DraftFactory(lead=lead, state=State.READY, requested_by=rep)
    read(f"{lead.email.upper()}\n", team=None, user=admin)
    with pytest.raises(DomainError) as refused:
        sending.claim(draft_id=draft.pk, user=rep, channel="copy")
    assert refused.value.code == "suppressed"


def upload(client, text, **chosen):
    file = SimpleUploadedFile("list.csv", text.encode())
    return client.post(reverse("admin:drafts_suppression_import"), {"file": file, **chosen})


def test_the_page_says_what_became_of_each_row(client, admin, team):
    client.force_login(admin)
    assert (
        reverse("admin:drafts_suppression_import")
        in client.get(reverse("admin:drafts_suppression_changelist")).text
    )
    html = upload(client, LIST, team=team.pk).text
    assert "3件を追加" in html
    assert "<td>3</td>" in html
    assert Suppression.objects.filter(team=team).count() == 3


def test_a_file_that_cannot_be_read_is_answered_by_what_to_do(client, admin):
    client.force_login(admin)
    answer = upload(client, "name,city\n佐藤,東京\n")
    assert answer.status_code == 422
    assert "メールアドレスの列" in answer.text


def test_only_administrators(client, rep, reviewer, manager, outsider):
    for person, status in ((rep, 302), (outsider, 302), (manager, 302), (reviewer, 403)):
        client.force_login(person)
        answer = upload(client, LIST)
        assert answer.status_code == status, person
        # who is no staff is asked to sign in as somebody else
        assert status == 403 or "/login/" in answer.headers["Location"]
    assert not Suppression.objects.exists()
