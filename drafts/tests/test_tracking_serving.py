"""The pixel and the links of a mail: cheap, forgiving, and leading nowhere but where the mail was to lead."""

from __future__ import annotations

import re

import pytest
from django.core.signing import Signer
from django.db import DatabaseError
from django.test import Client
from django.utils.encoding import iri_to_uri

from drafts import tracking
from drafts.models import DeliveryLink, TrackingHit
from drafts.tests.trackable import CHROME, URLS, addresses, ask, path, sent_mail
from drafts.tracking import addresses as made
from drafts.tracking import hits
from salesdash import redis_client

pytestmark = pytest.mark.django_db


def test_the_addresses_say_nothing_of_the_person(mail, lead, pixel):
    for address in (pixel, *addresses(mail)):
        for part in (lead.email, lead.family_name, str(lead.company), "example"):
            assert part not in address


def test_the_pixel_is_one_statement_and_one_row(pixel, mail, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = ask(pixel)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")
    assert answer.content.startswith(b"GIF89a")
    assert "no-store" in answer["Cache-Control"]
    hit = TrackingHit.objects.get()
    assert (hit.delivery_id, hit.n, hit.sign, hit.judged_at) == (mail.pk, 0, "", None)


def test_a_click_is_one_statement_for_the_target_and_the_row(mail, django_assert_num_queries):
    for n, (address, url) in enumerate(zip(addresses(mail), URLS, strict=True), 1):
        with django_assert_num_queries(1):
            answer = ask(address)
        assert (answer.status_code, answer["Location"]) == (302, iri_to_uri(url))
        assert answer["Referrer-Policy"] == "no-referrer"
        assert TrackingHit.objects.filter(delivery=mail, n=n).count() == 1


def test_neither_session_nor_language_nor_person_is_asked_for(pixel, mail, rep, django_assert_num_queries):
    client = Client(HTTP_USER_AGENT=CHROME)
    client.force_login(rep)
    for address in (pixel, addresses(mail)[0]):
        with django_assert_num_queries(1):
            answer = client.get(address)
        assert not answer.cookies
        assert "Content-Language" not in answer
        assert "Vary" not in answer
    assert set(TrackingHit.objects.values_list("sign", flat=True)) == {"ours"}


def test_the_stored_row_knows_no_address_and_no_program(pixel):
    ask(pixel, at="8.8.8.8")
    ask(pixel, at="8.8.8.250")
    ask(pixel, at="9.9.9.9")
    first, near, far = TrackingHit.objects.order_by("pk")
    assert re.fullmatch(r"[0-9a-f]{16}", first.client)
    assert first.client == near.client != far.client
    ask(pixel, at="192.168.1.4")
    assert TrackingHit.objects.order_by("-pk")[0].client == ""


SPOILT = {
    "cut": lambda token: token[:-1],
    "unsigned": lambda token: token.partition(":")[0],
    "another number": lambda token: "9" + token,
    "another purpose": lambda token: Signer(salt="drafts.unsubscribe").sign(token.partition(":")[0]),
    "no number": lambda _token: Signer(salt="drafts.tracking.open").sign("x"),
    "no delivery": lambda _token: Signer(salt="drafts.tracking.open").sign("999999"),
    "no token": lambda _token: "%00:",
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_forged_pixel_is_a_picture_and_no_row(spoil, pixel):
    token = pixel.removeprefix("/o/").removesuffix(".gif")
    answer = ask(f"/o/{spoil(token)}.gif")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")
    assert not TrackingHit.objects.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        *SPOILT.values(),
        lambda token: token.replace(".1:", ".2:"),
        lambda _token: Signer(salt="drafts.tracking.click").sign("1"),
        lambda _token: Signer(salt="drafts.tracking.click").sign("999999.1"),
        lambda _token: "https:%2f%2fevil.example%2f",
    ],
)
@pytest.mark.parametrize(("language", "said"), [("ja", "最後まで"), ("en", "Part of the address is missing")])
def test_a_forged_link_leads_to_a_page_and_no_row(spoil, language, said, mail):
    token = addresses(mail, URLS[0])[0].removeprefix("/c/")
    answer = ask(f"/c/{spoil(token)}", **{"Accept-Language": language})
    assert answer.status_code == 404
    assert "Location" not in answer
    assert said in answer.text
    assert not TrackingHit.objects.exists()


def test_a_link_leads_nowhere_but_where_the_mail_was_to_lead(mail):
    address = addresses(mail)[0]
    for asked in (f"{address}?url=https://evil.example/", f"{address}?next=//evil.example", address):
        assert ask(asked)["Location"] == URLS[0]


def test_what_is_no_place_to_go_stays_in_the_mail_as_it_is(mail, settings):
    odd = ["javascript:alert(1)", "mailto:a@example.com", "data:text/html,x", "/leads/", "https://", "http://[x",
           "https://a.example/" + "長" * 400, settings.SITE_URL, f"{settings.SITE_URL}/u/1:x/", "https://a b"]  # fmt: skip
    assert set(tracking.links(mail.pk, [*odd, URLS[2]])) == {URLS[2]}
    assert DeliveryLink.objects.get().url == URLS[2]
    other = f"{settings.SITE_URL}.evil.example/"
    assert set(tracking.links(mail.pk, [URLS[2], other])) == {URLS[2], other}


def test_links_are_stored_at_once_and_once(mail, django_assert_num_queries):
    with django_assert_num_queries(1):
        first = tracking.links(mail.pk, [*URLS, URLS[0]])
    assert tracking.links(mail.pk, URLS) == first
    # a link that was sent keeps its target, whatever is composed later
    assert tracking.links(mail.pk, ["https://other.example/"]) == {}
    assert list(DeliveryLink.objects.order_by("n").values_list("n", "url")) == list(enumerate(URLS, 1))
    many = [f"https://example.com/{n}" for n in range(made.MOST_LINKS + 5)]
    assert len(tracking.links(sent_mail(mail.lead).pk, many)) == made.MOST_LINKS


def test_nothing_is_kept_where_the_team_does_not_want_it(mail, pixel, team):
    address = addresses(mail)[0]
    team.mail_tracking = False
    team.save()
    assert ask(pixel).status_code == 200
    assert ask(address)["Location"] == URLS[0]
    assert not TrackingHit.objects.exists()


def test_nothing_is_kept_of_a_mail_that_cannot_be_seen(lead):
    copied = sent_mail(lead, trackable=False, channel="copy")
    assert ask(path(tracking.pixel(copied.pk))).status_code == 200
    assert not TrackingHit.objects.exists()


def test_replaying_an_address_fills_no_disk(mail, pixel, monkeypatch):
    monkeypatch.setattr(hits, "MOST_HITS", 3)
    for _again in range(6):
        assert ask(pixel).status_code == 200
    assert TrackingHit.objects.count() == 3


def test_redis_is_not_needed(mail, pixel, settings):
    url, settings.REDIS_URL = settings.REDIS_URL, "unix:///nonexistent/redis.sock"
    redis_client._clients.clear()
    try:
        assert ask(pixel).status_code == 200
        assert ask(addresses(mail)[0]).status_code == 302
    finally:
        settings.REDIS_URL = url
        redis_client._clients.clear()
    assert TrackingHit.objects.count() == 2


def test_a_mail_shows_no_broken_picture_while_the_database_is_away(pixel, monkeypatch):
    def away(*_arguments):
        raise DatabaseError

    monkeypatch.setattr(hits.sql, "prepared_rows", away)
    assert ask(pixel).status_code == 200


def test_nobody_posts_here(pixel, mail):
    client = Client(enforce_csrf_checks=True)
    for address in (pixel, addresses(mail)[0]):
        assert client.post(address).status_code in (403, 405)
    assert not TrackingHit.objects.exists()
