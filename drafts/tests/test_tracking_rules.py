"""Machines and people, told apart by what a request says and by when it comes. Pure: no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.test import RequestFactory

from drafts.tests.trackable import CHROME
from drafts.tracking import agents, rules
from drafts.tracking.classifying import Hit, Mail, classify

SENT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LATER = 3600
numbers = count(1)


def hit(after: float, n: int = 0, *, sign="", client="", rule=None, delivery_id=1) -> Hit:
    """So many seconds after the sending."""
    return Hit(next(numbers), delivery_id, n, SENT + timedelta(seconds=after), sign, client, rule)


def judged(*hits: Hit, links: int = 5, sent_at: datetime | None = SENT, gateways=()) -> list[str]:
    """Of each hit that was not judged before, in the order given."""
    by_mail: dict[int, list[Hit]] = {}
    for one in sorted(hits, key=lambda one: one.at):
        by_mail.setdefault(one.delivery_id, []).append(one)
    mails = {delivery_id: Mail(sent_at, links) for delivery_id in by_mail}
    found = classify(mails, by_mail, gateways)
    return [found[one.id] for one in hits if one.rule is None]


@pytest.mark.parametrize(
    ("agent", "sign"),
    [
        (CHROME, ""),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", ""),
        ("Mozilla/4.0 (compatible; ms-office; MSOffice rmj)", ""),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)", ""),
        ("Mozilla/5.0 (Linux; Android 14; CUBOT NOTE 50) AppleWebKit/537.36 Chrome/142.0 Mobile", ""),
        # the proxy fetches when a person opens; what Gmail fetches before that bears an old Edge
        ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", ""),
        ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", ""),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0",
            "gmail_prefetch",
        ),
        ("Mozilla/5.0", "apple_mpp"),
        ("BarracudaSentinel (EE)", "scanner"),
        ("Mozilla/5.0 (Proofpoint URL Defense)", "scanner"),
        ("Mozilla/5.0 Zscaler/1.0", "scanner"),
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "preview"),
        ("facebookexternalhit/1.1;line-poker/1.0", "preview"),
        ("", "program"),
        ("curl/8.5.0", "program"),
        ("python-requests/2.32", "program"),
        ("Mozilla/5.0 HeadlessChrome/142.0", "program"),
        ("Mozilla/5.0 (compatible; bingbot/2.0)", "program"),
        ("Microsoft Office Existence Discovery", "program"),
    ],
)
def test_what_a_program_calls_itself(agent, sign):
    assert agents.sign(RequestFactory().get("/o/x.gif", HTTP_USER_AGENT=agent)) == sign


@pytest.mark.parametrize(
    ("header", "value"),
    [("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch"), ("x-purpose", "preview")],
)
def test_a_browser_that_loads_ahead_says_so(header, value):
    request = RequestFactory().get("/c/x", HTTP_USER_AGENT=CHROME, headers={header: value})
    assert agents.sign(request) == "prefetch"


def test_a_head_request_is_nobody_who_reads():
    assert agents.sign(RequestFactory().head("/c/x", HTTP_USER_AGENT=CHROME)) == "head"


@pytest.mark.parametrize(("demo", "signs"), [(False, ["ours", "program"]), (True, ["", ""])])
def test_one_of_us_is_known_by_the_cookie(demo, signs, settings):
    """In the demo whoever reads the mailbox plays the customer: signed in, or a browser that a script drives."""
    settings.DEMO = demo
    signed_in = RequestFactory().get("/c/x", HTTP_USER_AGENT=CHROME)
    signed_in.COOKIES["sessionid"] = "x"
    driven = RequestFactory().get("/c/x", HTTP_USER_AGENT=CHROME.replace("Chrome/", "HeadlessChrome/"))
    assert [agents.sign(signed_in), agents.sign(driven)] == signs


def test_the_mark_of_a_network_changes_every_day():
    def mark(address, day=1, **meta):
        request = RequestFactory().get("/o/x.gif", REMOTE_ADDR=address, **meta)
        return agents.client(request, datetime(2026, 11, day, tzinfo=UTC).date())

    assert mark("8.8.8.8") == mark("8.8.8.9") == mark("::ffff:8.8.8.8") != mark("8.8.8.8", day=2)
    assert mark("2001:4860:4860::8888") == mark("2001:4860:4860:1::1") != mark("2001:4860:4861::1")
    assert {mark(odd) for odd in ("127.0.0.1", "10.0.0.1", "::1", "", "unix:", "fe80::1%eth0")} == {""}


def test_a_proxy_is_believed_in_production_only(settings):
    def mark(production):
        settings.PRODUCTION = production
        request = RequestFactory().get(
            "/o/x.gif", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1, 8.8.8.8"
        )
        return agents.client(request, SENT.date())

    direct = agents.client(RequestFactory().get("/", REMOTE_ADDR="8.8.8.1"), SENT.date())
    assert (mark(True), mark(False)) == (direct, "")


def test_a_sign_is_enough():
    assert judged(hit(LATER, sign="apple_mpp"), hit(LATER, 1, sign="head")) == ["apple_mpp", "head"]


@pytest.mark.parametrize(
    ("n", "after", "rule"),
    [(0, 9.9, "too_soon"), (0, 10, ""), (0, -1, "too_soon"), (2, 14.9, "too_soon"), (2, 15, "")],
)
def test_nobody_reads_within_seconds(n, after, rule):
    assert judged(hit(after, n)) == [rule]


def test_three_links_within_seconds_are_a_machines_and_so_is_what_comes_with_them():
    hits = [hit(LATER), hit(LATER + 1, 1), hit(LATER + 4, 2), hit(LATER + 9, 3), hit(LATER + 60, 3)]
    assert judged(*hits) == ["all_links"] * 4 + [""]


def test_the_length_of_the_burst_counts_from_its_first_click():
    assert judged(hit(LATER, 1), hit(LATER + 6, 2), hit(LATER + 12, 3)) == ["", "", ""]


def test_two_of_five_links_are_a_persons_both_of_two_are_not():
    two = [hit(LATER, 1), hit(LATER + 5, 2)]
    assert judged(*two) == ["", ""]
    assert judged(*two, links=2) == ["all_links"] * 2


def test_one_link_is_no_burst_however_often():
    assert judged(hit(LATER, 1), hit(LATER + 6, 1), links=1) == ["", ""]


def test_hits_that_were_judged_before_belong_to_the_burst():
    earlier = [hit(LATER, 1, rule="all_links"), hit(LATER + 1, 2, rule="all_links")]
    assert judged(*earlier, hit(LATER + 2, 3)) == ["all_links"]


def test_a_gateway_is_known_by_its_network_for_minutes_after_a_sending():
    burst = [hit(60 + n, n, client="a") for n in (1, 2, 3)]
    others = [
        hit(after, 1, client=client, delivery_id=2) for after, client in ((90, "a"), (90, "b"), (601, "a"))
    ]
    assert judged(*burst, *others) == ["all_links"] * 3 + ["gateway", "", ""]


def test_a_gateway_that_was_seen_earlier():
    assert judged(hit(30, client="a"), hit(40, client=""), gateways={"a"}) == ["gateway", ""]


def test_an_open_that_loads_ahead_does_not_brand_its_network():
    """Behind Apple's proxies are people's mails, too."""
    assert judged(hit(40, sign="apple_mpp", client="a"), hit(50, 1, client="a")) == ["apple_mpp", ""]


def test_the_same_within_seconds_is_one_act():
    hits = [hit(LATER), hit(LATER + 2), hit(LATER + 4), hit(LATER + 8), hit(LATER + 8, 1)]
    assert judged(*hits) == ["", "repeat", "repeat", "", ""]
    assert judged(hit(LATER, rule=""), hit(LATER + 3)) == ["repeat"]


def test_a_machine_does_not_hide_the_person_after_it():
    assert judged(hit(LATER, 1, sign="scanner"), hit(LATER + 2, 1)) == ["scanner", ""]


def test_a_mail_that_was_never_sent_was_read_by_nobody():
    assert judged(hit(0), hit(5, 1, sign="scanner"), sent_at=None) == ["not_sent"] * 2


def test_each_rule_is_explained_once():
    codes = [rule.code for rule in rules.RULES]
    assert len(codes) == len(set(codes))
    assert rules.kind("") is rules.Kind.HUMAN
    assert max(map(len, codes)) <= 20
