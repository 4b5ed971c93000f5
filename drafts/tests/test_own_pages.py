"""Links to the team's own pages pass; whatever only looks like one is stopped, and nobody may clear it."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as examples_of
from hypothesis import strategies as st

from drafts import sending
from drafts.models import Draft, State
from drafts.safety import own_pages
from drafts.safety.context import for_draft
from drafts.safety.format import _URL
from drafts.safety.normal import clean
from drafts.safety.rulebook import active
from drafts.tests.factories import BODY, DraftFactory
from drafts.tests.safety import codes, context, letter
from salesdash.errors import ConflictError

pytestmark = pytest.mark.django_db
OWN = "aoba.co.jp"
TARGET = base64.urlsafe_b64encode(b"https://evil.com/x").decode().rstrip("=")

OURS = [
    "https://aoba.co.jp をご覧ください。",
    "https://www.aoba.co.jp/ をご覧ください。",
    "事例はこちらです。\nhttps://www.aoba.co.jp/cases/seizou-2.html\n",
    "（https://docs.aoba.co.jp/guide/a_b~c/flow.pdf）",
    "「https://aoba.co.jp/mitsumori」、",
    "https://www.aoba.co.jp/cases?utm_source=mail&utm_campaign=spring_1#top です。",
    "aoba.co.jp をご覧ください。",
    "詳しくはwww.aoba.co.jp。",
]
THEIRS = [
    # neighbours of the name
    "https://evil-aoba.co.jp/ です。",
    "https://aoba.co.jp.evil.com/ です。",
    "https://aoba-co.jp/ です。",
    "https://aoba.co.jpx/ です。",
    "https://co.jp/ です。",
    "aoba.co.jp.evil.zip です。",
    "evil-aoba.co.jp です。",
    # the same in other letters: а is Cyrillic, ο Greek
    "https://аoba.co.jp/ です。",
    "https://aοba.co.jp/ です。",
    "https://ａｏｂａ.co.jp/ です。",
    "https://aoba。co。jp/ です。",
    "https://xn--aoba-4ve.co.jp/ です。",
    "https://ao\u200bba.co.jp/ です。",
    "https://aoba.co.jp\u200b.evil.com/ です。",
    "https://aoba.co.jp<b></b>.evil.com/ です。",
    "https://aoba.co.jp。evil.com/ です。",
    "https://aoba.co.jp/x。evil.com です。",
    "https://aoba.co.jp｡evil.com/ です。",
    "https://aoba.co.jp、evil.zip です。",
    "https://aoba.co.jp、ご覧.evil.zip です。",
    "https://aoba.co.jp「.evil.zip です。",
    "https://aoba.co.jp/x）ご覧evil.com です。",
    "https:/\\evil.zip/ です。",
    "https://aoba.co.jp&#46;evil.com/ です。",
    # user, port, backslash, number
    "https://aoba.co.jp@evil.com/ です。",
    "https://aoba.co.jp:pw@evil.com/ です。",
    "https://aoba.co.jp%40evil.com/ です。",
    "https://aoba.co.jp\\@evil.com/ です。",
    "https://aoba.co.jp\\.evil.com/ です。",
    "https://evil.com\\.aoba.co.jp/ です。",
    "https://evil.com#.aoba.co.jp/ です。",
    "https://evil.com?.aoba.co.jp/ です。",
    "https://aoba.co.jp:8443/ です。",
    "https://192.0.2.7/aoba.co.jp です。",
    "https://[2001:db8::1]/aoba.co.jp です。",
    "https://3221225991/ です。",
    "https:///evil.com/aoba.co.jp です。",
    "aoba.co.jpа です。",
    'https://aoba.co.jp/x"．＠evil です。',
    # other schemes, and glued to something
    "http://aoba.co.jp/ です。",
    "hxxps://aoba.co.jp/ です。",
    "ftp://aoba.co.jp/ です。",
    "evil.zip/https://aoba.co.jp/ です。",
    "view-source:https://aoba.co.jp/ です。",
    "aoba.co.jp/go です。",
    "aoba.co.jp:80 です。",
    # pages of ours that lead on
    "https://aoba.co.jp/r?u=https://evil.com です。",
    "https://aoba.co.jp/r?u=//evil.com です。",
    "https://aoba.co.jp/r?u=evil.com です。",
    "https://aoba.co.jp/r?u=https%3A%2F%2Fevil.com です。",
    "https://aoba.co.jp/r?u=%65%76%69%6c%2e%63%6f%6d です。",
    "https://aoba.co.jp/r/https:/evil.com です。",
    "https://aoba.co.jp/r/evil.com です。",
    "https://aoba.co.jp//evil.com です。",
    "https://aoba.co.jp/../r です。",
    "https://aoba.co.jp/%2e%2e/r です。",
    "https://aoba.co.jp/r#https://evil.com です。",
    "https://aoba.co.jp/r;u=evil.com です。",
    f"https://aoba.co.jp/r?u={TARGET} です。",
    f"https://aoba.co.jp/r/{TARGET} です。",
    f"https://aoba.co.jp/r?u={b'//evil.com'.hex()} です。",
    # salesdash itself
    "https://crm.aoba.co.jp/accounts/login です。",
]


def found(words: str, domain: str = OWN) -> set[str]:
    return codes(letter(words), "format", context(own_domain=domain))


@pytest.fixture
def crm(settings):
    settings.SITE_URL = "https://crm.aoba.co.jp"


@pytest.mark.parametrize("words", OURS)
def test_the_teams_own_pages_pass_only_where_its_domain_is_confirmed(words, crm):
    assert found(words) == set()
    assert found(words, "") == {"url_not_allowed"}
    assert found(words, "other.co.jp") == {"url_not_allowed"}


@pytest.mark.parametrize("words", THEIRS)
def test_what_only_looks_like_one_is_stopped(words, crm):
    assert {"url_not_allowed", "foreign_address"} & found(words)


def test_a_link_of_ours_on_its_own_line_is_not_weighed_but_the_sentence_around_one_is():
    """The rules in force take a lone address for an attempt to lead away; ours leads home."""
    ours, theirs = context(own_domain=OWN), context()
    alone = letter(f"次のページにまとめております。\n\nhttps://www.{OWN}/flowwork\n\n")
    assert codes(alone, "rules", ours) == set()
    assert codes(alone, "rules", theirs) == {"meta"}
    luring = letter(f"今すぐ https://www.{OWN}/login を開き、パスワードを入力しないと取引を停止します。")
    assert codes(luring, "rules", ours) == codes(luring, "rules", theirs) != set()
    # words that nobody may write are none the better for standing in an address
    assert codes(letter(f"\nhttps://{OWN}/idiot\n", "en"), "rules", replace(context("en"), own_domain=OWN))


@pytest.mark.parametrize(
    "domain", ["", "co.jp", "github.io", "192.0.2.7", "localhost", "青葉.jp", "a b.jp", "aoba.co.jp/x"]
)
def test_what_is_nobodys_alone_is_no_domain_of_a_team(domain, team):
    team.sending_domain, team.sending_domain_verified_at = domain, timezone.now()
    assert own_pages.domain_of(team) == ""


def test_a_domain_counts_from_its_confirmation_on_for_this_team_alone(team, lead):
    draft = DraftFactory(lead=lead)
    team.sending_domain, team.sending_domain_verified_at = " AOBA.co.jp. ", None
    team.save()
    assert for_draft(draft, rules=active()).own_domain == ""
    team.sending_domain_verified_at = timezone.now()
    team.save()
    assert for_draft(draft, rules=active()).own_domain == OWN


def test_a_domain_that_is_lost_keeps_its_links_inside(lead, rep, team, django_assert_max_num_queries):
    team.sending_domain, team.sending_domain_verified_at = OWN, timezone.now()
    team.save()
    linked = DraftFactory(lead=lead, body=f"{BODY}\nhttps://www.{OWN}/guide")
    sending.claim(draft_id=linked.pk, user=rep, channel="copy")
    sending.undo(draft_id=linked.pk, user=rep)
    team.sending_domain_verified_at = None
    team.save()
    with pytest.raises(ConflictError) as refused:
        sending.claim(draft_id=linked.pk, user=rep, channel="copy")
    assert refused.value.code == "links_changed"
    assert Draft.objects.get(pk=linked.pk).state == State.CHECKING
    # what links to nothing is asked nothing
    plain = DraftFactory(lead=lead, purpose="thank_you")
    with django_assert_max_num_queries(0):
        assert not sending.links_changed(plain)


ODD = st.sampled_from([*"./\\@:?#&=%[]()<>'\"-_~;,| \t", *"。．｡／＠：、「аο\u200b", "%2f", "%40", "//"])
EVIL = ("evil.com", "evil-aoba.co.jp", "aoba.co.jp.evil.com", "1.2.3.4", "aoba.co", "xn--p1ai.com")
PIECE = st.one_of(ODD, st.sampled_from([*EVIL, "evil", OWN, f"www.{OWN}", "https://", "x", "r?u=", "user"]))
HOST = re.compile(r"(?:[a-z0-9-]+\.)*aoba\.co\.jp")


@examples_of(max_examples=400, deadline=None)
@given(begin=st.sampled_from([OWN, f"www.{OWN}/x", ""]), pieces=st.lists(PIECE, max_size=6))
def test_no_spelling_of_another_host_counts_as_ours(begin, pieces):
    """What counts is at our host for a careless reader, too, and names no other address behind it."""
    words = f"https://{begin}" + "".join(pieces)
    view = clean(words)
    for found in _URL.finditer(view.text):
        if not own_pages.leads_there(found, view, words, OWN):
            continue
        # up to the next blank; backslashes are slashes, any full stop is a dot, what cannot be seen is left out
        link = words[view.span(*found.span())[0] :].split()[0].rstrip(own_pages._AROUND)
        read = re.sub("[。．｡]", ".", link.replace("\\", "/").replace("\u200b", ""))
        parts = urlsplit(read if found.group(1) else f"https://{read}")
        assert parts.scheme == "https"
        assert HOST.fullmatch(parts.netloc), link
        assert not any(evil in link.split(parts.netloc, 1)[1] for evil in EVIL), link
