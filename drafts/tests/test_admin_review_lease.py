"""Two reviewers and one item: claims, take-overs, stale forms; nothing is overwritten."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from drafts.models import Draft, State
from drafts.tests.factories import BODY, SUBJECT
from drafts.texts import Text
from leads.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def first(client, reviewer):
    client.force_login(reviewer)
    return client


@pytest.fixture
def second(team):
    other = UserFactory(role="reviewer", member_of=(team,), is_staff=True, last_name="中村", first_name="舞")
    client = Client()
    client.force_login(other)
    return client


def url(item: Draft, name: str = "change") -> str:
    return reverse(f"admin:drafts_reviewitem_{name}", args=[item.pk])


def opened(client, item: Draft, **changes: str) -> dict[str, str]:
    html = client.get(url(item)).text
    fields = dict(re.findall(r'type="hidden" name="(version|token|base_subject)" value="([^"]*)"', html))
    return fields | {"base_body": BODY, "subject": SUBJECT, "body": BODY} | changes


def now(item: Draft) -> Draft:
    return Draft.objects.get(pk=item.pk)


def test_opening_claims_and_the_second_reads_only(first, second, item, reviewer):
    assert opened(first, item)["token"]
    html = second.get(url(item)).text
    assert f"{reviewer}さんが確認中" in html
    assert 'name="_approve"' not in html
    assert re.search(r'<textarea id="id_body"[^>]*readonly', html)
    assert now(item).claimed_by == reviewer


def test_without_the_token_nothing_is_decided(first, second, item):
    opened(first, item)
    form = opened(second, item)
    assert form["token"] == ""
    for button in ("_approve", "_reject", "_regenerate", "_check"):
        answer = second.post(url(item), form | {button: "1", "code": "tone"})
        assert answer.status_code == 409
    assert now(item).state == State.IN_REVIEW


def test_a_take_over_leaves_the_first_with_their_text(first, second, item):
    mine = opened(first, item, body="第一の人の文面")
    second.post(url(item), {"_take_over": "1", "version": "1", "token": ""})
    answer = first.post(url(item), mine | {"_save": "1"})
    assert answer.status_code == 409
    assert "第一の人の文面" in answer.text
    assert "中村 舞" in answer.text
    assert now(item).body == BODY


def test_a_stale_form_shows_base_mine_and_theirs(first, item):
    mine = opened(first, item, body=BODY.replace("15分", "一時間"))
    theirs = BODY.replace("15分", "短時間")
    changes = {"body": theirs, "text_hash": Text(SUBJECT, theirs).hash, "version": item.version + 1}
    Draft.objects.filter(pk=item.pk).update(**changes)
    answer = first.post(url(item), mine | {"_save": "1"})
    assert answer.status_code == 409
    assert "<ins>一時間</ins>" in answer.text
    assert "<ins>短時間</ins>" in answer.text
    assert now(item).body == theirs


def test_what_left_the_queue_is_not_shown_any_more(first, second, item):
    mine = opened(first, item, body="私の文面")
    hidden = "書き直し中のひみつ"
    Draft.objects.filter(pk=item.pk).update(state=State.CHECKING, body=hidden, ai_body=hidden)
    answer = first.post(url(item), mine | {"_approve": "1"})
    assert answer.status_code == 409
    assert "私の文面" in answer.text
    assert hidden not in answer.text
    assert first.get(url(item)).headers["Location"] == "/admin/drafts/reviewitem/"
    assert first.post(url(item, "diff")).status_code == 404


def test_an_expired_claim_is_free_for_the_next(first, second, item):
    opened(first, item)
    Draft.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert opened(second, item)["token"]


def test_a_sign_of_life_prolongs_and_says_until_when(first, item):
    token = opened(first, item)["token"]
    Draft.objects.update(claimed_until=timezone.now() + timedelta(seconds=30))
    answer = first.post(url(item, "lease"), {"token": token})
    assert now(item).claimed_until > timezone.now() + timedelta(minutes=9)
    assert "まで" in answer.json()["text"]


def test_a_lost_lease_names_its_new_holder(first, second, item):
    token = opened(first, item)["token"]
    second.post(url(item), {"_take_over": "1", "version": "1", "token": ""})
    second.get(url(item))
    answer = first.post(url(item, "lease"), {"token": token})
    assert answer.status_code == 409
    assert "中村 舞" in answer.json()["detail"]


def test_leaving_the_page_gives_the_item_back_and_only_ones_own(first, second, item):
    token = opened(first, item)["token"]
    second.post(url(item, "release"), {"token": token})
    assert now(item).claimed_by is not None
    assert first.post(url(item, "release"), {"token": token}).status_code == 204
    assert now(item).claimed_by is None


def test_the_next_item_is_one_that_nobody_holds(first, second, item):
    opened(first, item)
    following = reverse("admin:drafts_reviewitem_next")
    assert second.get(following).headers["Location"] == "/admin/drafts/reviewitem/"


def test_two_approvals_of_one_form_make_one(first, item):
    form = opened(first, item) | {"_approve": "1"}
    assert [first.post(url(item), form).status_code for _ in range(2)] == [302, 409]
    assert item.clearances.count() == 1
