"""Copying claims first; a copy may be repeated, taken back, and marked as sent."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from drafts.models import Delivery, Draft, State
from drafts.tests.factories import BODY, SUBJECT, DraftFactory
from drafts.texts import Text
from leads.models import Activity, ActivityType

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "Accept-Language": "ja"}
JSON = {"Accept": "application/json"}


def url(name: str, draft: Draft) -> str:
    return reverse(f"drafts:{name}", args=[draft.pk])


@pytest.fixture
def draft(lead, rep):
    return DraftFactory(lead=lead, requested_by=rep)


def state(draft: Draft) -> str:
    return Draft.objects.get(pk=draft.pk).state


def test_copy_gives_the_text_with_its_footer_and_claims_the_draft(client, draft, rep):
    client.force_login(rep)
    answer = client.post(url("copy", draft), headers=JSON).json()
    assert answer["subject"] == SUBJECT
    assert answer["body"].startswith(BODY)
    assert draft.team.opt_out_contact in answer["body"]
    assert SUBJECT in answer["text"]
    assert state(draft) == State.SCHEDULED


def test_copying_again_is_one_delivery_counted_twice(client, draft, rep):
    client.force_login(rep)
    first, second = (client.post(url("copy", draft), headers=JSON).json() for _ in range(2))
    assert first["text"] == second["text"]
    assert Delivery.objects.get().copies == 2


def test_another_channel_needs_undo_first(client, draft, rep):
    client.force_login(rep)
    client.post(url("copy", draft), headers=JSON)
    answer = client.post(url("copy", draft), {"channel": "mail_app"}, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "other_channel")
    assert "body" not in answer.json()


@pytest.mark.parametrize(("body", "fits"), [("短い本文です。", True), ("長い本文です。" * 40, False)])
def test_the_mail_program_gets_an_address_that_it_can_read(client, draft, rep, body, fits):
    Draft.objects.filter(pk=draft.pk).update(body=body, text_hash=Text(SUBJECT, body).hash)
    client.force_login(rep)
    answer = client.post(url("copy", draft), {"channel": "mail_app"}, headers=JSON).json()
    assert answer["mailto"].startswith(f"mailto:{draft.lead.email}?subject=%E3%82%B5")
    assert len(answer["mailto"]) <= 2000
    # what does not fit goes by the clipboard
    assert answer["mailto_has_body"] is fits


def test_without_scripts_the_text_stands_on_a_page(client, draft, rep):
    client.force_login(rep)
    html = client.post(url("copy", draft), headers={"Accept": "text/html,*/*;q=0.8"}).text
    assert BODY.splitlines()[-1] in html
    assert url("mark_sent", draft) in html
    assert state(draft) == State.SCHEDULED


def test_a_text_that_left_the_ready_states_is_not_given_out(client, draft, rep):
    Draft.objects.filter(pk=draft.pk).update(state=State.CHECKING)
    client.force_login(rep)
    answer = client.post(url("copy", draft), headers=JSON)
    assert answer.status_code == 409
    assert "text" not in answer.json()


def test_sent_enters_the_leads_history(client, draft, rep):
    client.force_login(rep)
    client.post(url("copy", draft), headers=JSON)
    html = client.post(url("mark_sent", draft), headers=HTMX).text
    assert 'data-kind="sent"' in html
    assert Activity.objects.filter(lead=draft.lead, type=ActivityType.EMAIL_SENT).count() == 1


def test_a_second_click_on_sent_changes_nothing(client, draft, rep):
    client.force_login(rep)
    client.post(url("copy", draft), headers=JSON)
    answers = [client.post(url("mark_sent", draft), headers=HTMX) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert json.loads(answers[1].headers["HX-Trigger"])["sd:toast"]["tone"] == "danger"
    assert Delivery.objects.get().status == Delivery.Status.SENT


def test_a_copy_can_be_taken_back_and_the_panel_is_told(client, draft, rep):
    client.force_login(rep)
    client.post(url("copy", draft), headers=JSON)
    answer = client.post(url("undo", draft), headers=HTMX)
    assert json.loads(answer.headers["HX-Trigger"])["sd:draft"]["lead"] == draft.lead_id
    assert state(draft) == State.READY
    assert Delivery.objects.get().status == Delivery.Status.UNDONE


def test_nothing_to_take_back_is_said_not_shown_as_an_error_page(client, draft, rep):
    client.force_login(rep)
    answer = client.post(url("undo", draft), headers=HTMX)
    assert answer.status_code == 200
    assert json.loads(answer.headers["HX-Trigger"])["sd:toast"]["tone"] == "danger"


def test_a_reviewer_may_not_take_a_text_out(client, draft, reviewer):
    client.force_login(reviewer)
    answer = client.post(url("copy", draft), headers=JSON)
    assert answer.status_code == 403
    assert state(draft) == State.READY


@pytest.mark.django_db(transaction=True)
def test_two_reps_copying_at_once_make_one_delivery(draft, rep, colleague):
    clients = [Client(), Client()]
    for client, user in zip(clients, (rep, colleague), strict=True):
        client.force_login(user)
    statuses = []
    barrier = threading.Barrier(2)

    def press(client: Client) -> None:
        barrier.wait()
        statuses.append(client.post(url("copy", draft), headers=JSON).status_code)
        connection.close()

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200, 200]
    assert Delivery.objects.get().copies == 2
    assert draft.events.filter(to_state=State.SCHEDULED).count() == 1
