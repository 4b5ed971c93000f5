"""PostgreSQL really cannot be reached by the request: readers get an answer, and nothing that they told is lost."""

from __future__ import annotations

import copy
import socket
import threading
import time

import pytest
from django.db import connection, connections
from django.test import Client

from drafts import unsubscribing
from drafts.models import MailEvent, Suppression, TrackingHit
from drafts.tasks import drain_buffers
from drafts.tests.trackable import URLS, addresses, ask, path, sent_mail, settle
from drafts.tracking import buffer, database, draining, hits, judging, targets
from leads.models import Activity, ActivityType, Lead
from salesdash import redis_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def stop(mail):
    return path(unsubscribing.address(mail.pk))


@pytest.fixture
def no_redis(settings):
    url, settings.REDIS_URL = settings.REDIS_URL, "unix:///nonexistent/redis.sock"
    redis_client._clients.clear()
    yield
    settings.REDIS_URL = url
    redis_client._clients.clear()


@pytest.fixture(autouse=True)
def _try_again():
    yield
    database.forget()


def without_database(call, *, pool_seconds=10):
    """In a thread of its own, whose pool connects to a port where nobody listens. Also: in how many seconds."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    answers = []

    def run():
        dead = connections["default"]
        dead.settings_dict = copy.deepcopy(dead.settings_dict) | {"HOST": "127.0.0.1", "PORT": str(port)}
        dead.settings_dict["OPTIONS"]["pool"]["timeout"] = pool_seconds
        dead._connection_pools = {}
        start = time.monotonic()
        try:
            answers.append(call())
        except Exception as error:  # told to the test below
            answers.append(error)
        answers.append(time.monotonic() - start)
        dead.close_pool()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    if isinstance(answers[0], Exception):
        raise answers[0]
    return answers


def test_this_database_is_really_away():
    with pytest.raises(database.AWAY):
        without_database(lambda: connection.cursor().execute("SELECT 1"), pool_seconds=1)


def test_the_pixel_answers_and_its_hit_is_stored_later(pixel, mail, lead):
    (first, second), seconds = without_database(lambda: (ask(pixel), ask(pixel, method="head")))
    assert [(one.status_code, one["Content-Type"]) for one in (first, second)] == [(200, "image/gif")] * 2
    # the pool alone would wait for ten
    assert seconds < 5
    assert not TrackingHit.objects.exists()
    drain_buffers()
    opened, asked = TrackingHit.objects.order_by("at")
    assert (opened.delivery_id, opened.n, opened.sign, asked.sign) == (mail.pk, 0, "", "head")
    assert opened.client
    settle()
    judging.judge()
    kinds = set(Activity.objects.filter(lead=lead, source="tracking").values_list("type", flat=True))
    assert kinds == {ActivityType.EMAIL_OPEN, ActivityType.EMAIL_OPEN_MACHINE}


def test_a_click_leads_on_where_the_target_is_known(mail):
    address = addresses(mail)[1]
    answer, _seconds = without_database(lambda: ask(f"{address}?url=https://evil.example/"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("https://example.com/%E8%B3%87")
    draining.drain()
    assert TrackingHit.objects.get().n == 2


@pytest.mark.parametrize("spoil", ["gone", "forged", "of another mail"])
def test_else_a_page_says_in_both_languages_what_to_do(spoil, mail, lead):
    address = addresses(mail)[0]
    store, key = redis_client.get(), redis_client.key("mail-links", mail.pk)
    if spoil == "gone":
        store.delete(key)
    elif spoil == "forged":
        store.set(key, store.get(key).replace(b":", b"x:", 1))
    else:
        other = sent_mail(lead, purpose="follow_up")
        targets.keep(other.pk, {1: "https://evil.example/"})
        store.set(key, store.get(redis_client.key("mail-links", other.pk)))
    answer, _seconds = without_database(lambda: ask(address))
    assert (answer.status_code, answer["Retry-After"]) == (503, "120")
    assert "Location" not in answer
    assert "数分後にもう一度" in answer.text
    assert "in a few minutes" in answer.text
    draining.drain()
    assert TrackingHit.objects.get().n == 1


def test_a_forged_link_is_no_hit(mail, pixel):
    link = addresses(mail)[0][:-1]
    answers, _seconds = without_database(lambda: (ask(link), ask(f"{pixel[:-6]}.gif")))
    assert [one.status_code for one in answers] == [404, 200]
    assert buffer.first(buffer.HITS) == []


def test_drained_by_two_and_killed_in_between_each_hit_is_one_row(pixel, mail, monkeypatch):
    without_database(lambda: [ask(pixel) for _ in range(3)])
    with monkeypatch.context() as patch:
        patch.setattr(buffer, "remove", lambda *_arguments: False)
        # a full hand, which does not get smaller: the next round comes back to it
        patch.setattr(buffer, "AT_ONCE", 3)
        assert draining.drain() == 3
    assert draining.drain() == 3
    assert draining.drain() == 0
    assert TrackingHit.objects.count() == 3


def test_what_waits_is_bounded_in_all_and_by_mail(pixel, mail, monkeypatch):
    monkeypatch.setattr(buffer, "MOST", 4)
    monkeypatch.setattr(hits, "MOST_HITS", 2)
    answers, _seconds = without_database(lambda: [ask(pixel) for _ in range(6)])
    assert {one.status_code for one in answers} == {200}
    assert len(buffer.first(buffer.HITS)) == 4
    draining.drain()
    assert TrackingHit.objects.count() == 2


def test_nothing_is_stored_later_that_the_team_does_not_want(pixel, mail, team):
    without_database(lambda: ask(pixel))
    team.mail_tracking = False
    team.save()
    assert draining.drain() == 1
    assert not TrackingHit.objects.exists()


def test_a_wish_is_noted_when_the_database_goes_while_it_is_read(stop, monkeypatch):
    monkeypatch.setattr(database, "reach", lambda: None)  # it was there a moment ago
    (page, done), _seconds = without_database(
        lambda: (Client().get(stop), Client().post(stop, {"List-Unsubscribe": "One-Click"})), pool_seconds=1
    )
    assert (page.status_code, done.status_code) == (200, 202)
    assert unsubscribing.catch_up() == 1
    assert Suppression.objects.exists()


@pytest.mark.parametrize("one_click", [True, False])
def test_a_wish_to_stop_is_noted_and_done_later(one_click, stop, mail, lead):
    body = {"List-Unsubscribe": "One-Click"} if one_click else {}
    answer, _seconds = without_database(lambda: Client(enforce_csrf_checks=True).post(stop, body))
    assert answer.status_code == 202
    assert one_click or ("承りました" in answer.text and "is noted" in answer.text)
    assert unsubscribing.catch_up() == 1
    assert unsubscribing.catch_up() == 0
    assert Suppression.objects.get().email == lead.email
    assert Lead.objects.get(pk=lead.pk).opted_out_at is not None
    assert MailEvent.objects.count() == 1


def test_the_page_still_asks_in_both_languages_and_for_signed_in_people(stop, rep):
    client = Client()
    client.force_login(rep)
    answer, _seconds = without_database(lambda: client.get(stop))
    assert answer.status_code == 200
    assert "<form" in answer.text
    assert "配信停止" in answer.text
    assert "can be noted" in answer.text
    assert buffer.first(buffer.STOPS) == []


def test_a_forged_wish_is_none(stop):
    answer, _seconds = without_database(lambda: Client().post(stop[:-2] + "x/"))
    assert answer.status_code == 404
    assert buffer.first(buffer.STOPS) == []


def test_with_neither_store_a_person_is_told(stop, pixel, mail, no_redis):
    address = addresses(mail)[0]
    asked = lambda: (  # noqa: E731
        ask(pixel), ask(address), Client().post(stop), Client().post(stop, {"List-Unsubscribe": "One-Click"})
    )  # fmt: skip
    (picture, link, page, click), _seconds = without_database(asked)
    assert [one.status_code for one in (picture, link, page, click)] == [200, 503, 503, 503]
    assert "受け付けられませんでした" in page.text
    assert "could not be noted" in page.text


def test_a_full_list_is_told_too(stop, monkeypatch):
    monkeypatch.setattr(buffer, "MOST", 0)
    answer, _seconds = without_database(lambda: Client().post(stop))
    assert answer.status_code == 503


def test_a_wish_that_cannot_be_stored_yet_stays(stop, mail):
    without_database(lambda: Client().post(stop))
    without_database(unsubscribing.catch_up, pool_seconds=1)
    assert len(buffer.first(buffer.STOPS)) == 1
    assert unsubscribing.catch_up() == 1
    assert Suppression.objects.exists()


def test_the_target_stays_what_it_was_when_the_mail_was_composed(mail):
    addresses(mail)
    assert targets.find(mail.pk, 1) == URLS[0]
    assert targets.find(mail.pk, 9) is None
