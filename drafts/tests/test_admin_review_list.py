"""The review queue as a list: who sees it, in which order, how much it asks the database."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from drafts import queue
from drafts.models import Check, Draft, Purpose, State
from drafts.tests.factories import DraftFactory
from leads.tests.factories import CompanyFactory, LeadFactory, UserFactory
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

pytestmark = pytest.mark.django_db
LIST = "/admin/drafts/reviewitem/"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


def items(team, number: int, **fields) -> list[Draft]:
    company = CompanyFactory(team=team)
    return [
        DraftFactory(lead=LeadFactory(company=company), state=State.IN_REVIEW, **fields)
        for _ in range(number)
    ]


def listed(client, query: str = "") -> list[int]:
    html = client.get(LIST + query).text
    return [int(pk) for pk in re.findall(r'href="/admin/drafts/reviewitem/(\d+)/change/', html)]


def test_the_address_is_the_one_that_the_navigation_names():
    assert reverse("admin:drafts_reviewitem_changelist") == LIST


def test_a_reviewer_sees_the_queue_of_own_teams_only(client, team, other_team, reviewer):
    own, _other = items(team, 1), items(other_team, 1)
    client.force_login(reviewer)
    assert listed(client) == [own[0].pk]


@pytest.mark.parametrize(("who", "on_list", "on_item"), [("rep", 403, 403), ("manager", 200, 404)])
def test_nobody_else_gets_in_even_as_staff(client, request, team, who, on_list, on_item):
    """A manager finds what was escalated to them, and here that is nothing."""
    items(team, 1)
    user = request.getfixturevalue(who)
    user.is_staff = True
    user.save()
    client.force_login(user)
    assert client.get(LIST).status_code == on_list
    assert client.get(f"{LIST}{Draft.objects.get().pk}/change/").status_code == on_item
    assert listed(client) == []


def test_the_queue_needs_a_second_factor_outside_the_demo(client, team, reviewer, settings):
    settings.ADMIN_SECOND_FACTOR = True
    items(team, 1)
    client.force_login(reviewer)
    assert client.get(LIST).headers["Location"] == "/accounts/2fa/"


def test_only_what_waits_for_review_is_listed(client, team, reviewer):
    waiting = items(team, 1)[0]
    for state in State:
        DraftFactory(lead=LeadFactory(company=waiting.lead.company), state=state)
    client.force_login(reviewer)
    assert len(listed(client)) == 2
    assert waiting.pk in listed(client)


def test_risk_times_age_decides_the_order(client, team, reviewer):
    now = timezone.now()
    format_old, price_new, format_new, harm = (
        items(team, 1, flags=flags, entered_review_at=now - timedelta(hours=hours))[0].pk
        for flags, hours in (
            ({"format": ["body_long"]}, 7),
            ({"rules": ["price"]}, 2),
            ({"format": ["body_long"]}, 1),
            ({"moderation": ["moderation/hate"]}, 2),
        )
    )
    client.force_login(reviewer)
    assert listed(client) == [harm, format_old, price_new, format_new]


def test_many_rows_cost_no_more_queries(client, team, reviewer, django_assert_max_num_queries):
    items(team, 60, flags={"rules": ["price", "guarantee"], "judge": ["low_score"]})
    client.force_login(reviewer)
    with django_assert_max_num_queries(12):
        assert len(listed(client)) == 50
    with django_assert_max_num_queries(12):
        assert len(listed(client, "?p=2&waiting=near&layer=rules&holder=free")) == 0


def test_hundreds_of_rows_cost_no_more_queries_and_come_page_by_page(
    client, team, reviewer, django_assert_max_num_queries
):
    leads = LeadFactory.create_batch(60, company=CompanyFactory(team=team))
    now = timezone.now()
    drafts = [
        DraftFactory.build(
            lead=lead, team=team, purpose=purpose, state=State.IN_REVIEW, rules_version=1,
            review_risk=1 + number % 5, entered_review_at=now - timedelta(hours=number),
        )
        for number, (lead, purpose) in enumerate((lead, purpose) for lead in leads for purpose in Purpose)
    ]  # fmt: skip
    Draft.objects.bulk_create(drafts)
    client.force_login(reviewer)
    seen: list[int] = []
    for page in range(1, 7):
        with django_assert_max_num_queries(12):
            seen += listed(client, f"?p={page}")
    expected = sorted(drafts, key=lambda draft: -draft.review_risk * (now - draft.entered_review_at))
    assert seen == [draft.pk for draft in expected]


def test_a_row_tells_why_for_whom_and_how_long(client, team, reviewer):
    item = items(team, 1, flags={"rules": ["price"]}, judge_score=71)[0]
    Check.objects.filter(draft=item, layer="rules").update(
        reasons=[{"code": "price", "message": "", "span": [2, 6], "part": "body"}]
    )
    client.force_login(reviewer)
    html = client.get(LIST).text
    assert f'<mark title="価格">{item.body[2:6]}</mark>' in html
    assert '<span class="rv-badge">価格</span>' in html
    assert item.lead.company.name in html
    assert "71" in html


def test_the_excerpt_moves_to_the_first_flag(client, team, reviewer):
    item = items(team, 1, flags={"rules": ["price"]})[0]
    Draft.objects.filter(pk=item.pk).update(body="あ" * 200 + "必ず三割引" + "い" * 50)
    reasons = [{"code": "discount", "message": "", "span": [200, 205], "part": "body"}]
    Check.objects.filter(draft=item, layer="rules").update(reasons=reasons)
    client.force_login(reviewer)
    assert re.search(r"…あ{16}<mark[^>]*>必ず三割引</mark>い+…", client.get(LIST).text)


@pytest.mark.parametrize(("hours", "standing"), [(2, ""), (3, "near"), (4, "over")])
def test_waiting_turns_amber_at_three_quarters_of_the_target_and_red_over_it(team, hours, standing):
    monday = datetime.fromisoformat("2026-11-16T10:00+09:00")
    item = items(team, 1, entered_review_at=monday)[0]
    assert queue.standing(item, monday + timedelta(hours=hours)) == standing


def test_filters(client, team, reviewer):
    old, price = items(team, 2, flags={"judge": ["low_score"]})
    Draft.objects.filter(pk=old.pk).update(entered_review_at=timezone.now() - timedelta(days=20))
    Check.objects.filter(draft=price, layer="rules").update(verdict="flag", reasons=[{"code": "price"}])
    Draft.objects.filter(pk=price.pk).update(
        claimed_by=reviewer, claimed_until=timezone.now() + timedelta(minutes=5)
    )
    client.force_login(reviewer)
    assert listed(client, "?waiting=over") == [old.pk]
    assert listed(client, "?layer=rules") == [price.pk]
    assert listed(client, "?layer=judge") == sorted([old.pk, price.pk], key=[old.pk, price.pk].index)
    again = Check.objects.get(draft=price, layer="judge")
    again.pk, again.verdict, again.reasons = None, "pass", []
    again.save()
    assert listed(client, "?layer=judge") == [old.pk]
    assert listed(client, "?holder=me") == [price.pk]
    assert listed(client, "?holder=others") == []
    assert listed(client, "?holder=free") == [old.pk]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_list_keeps_the_policy_in_both_languages(client, team, reviewer, language):
    items(team, 2, flags={"rules": ["price"]})
    reviewer.language = language
    reviewer.save()
    client.force_login(reviewer)
    html = client.get(LIST).text
    assert findings(html, MARKUP_RULES) == []
    assert ("確認待ちの下書き" if language == "ja" else "Review queue") in html


def test_many_are_rejected_with_a_reason_never_approved(client, team, reviewer):
    chosen = [item.pk for item in items(team, 3)]
    client.force_login(reviewer)
    page = client.get(LIST).text
    assert re.findall(r'<option value="(\w+)">', page) == ["reject_selected", "assign_selected"]
    form = {"action": "reject_selected", "_selected_action": chosen}
    question = client.post(LIST, form).text
    assert Draft.objects.filter(state=State.IN_REVIEW).count() == 3
    versions = dict(re.findall(r'name="(version_\d+)" value="(\d+)"', question))
    client.post(LIST, form | versions | {"confirmed": "1", "code": "tone", "note": "硬い"})
    assert set(Draft.objects.values_list("state", "reject_code", "reject_note")) == {
        ("rejected", "tone", "硬い")
    }


def test_bulk_rejection_leaves_what_others_hold_or_changed(client, team, reviewer):
    held, changed, free = items(team, 3)
    other = UserFactory(role="reviewer", member_of=(team,), last_name="中村")
    Draft.objects.filter(pk=held.pk).update(
        claimed_by=other, claimed_until=timezone.now() + timedelta(minutes=5)
    )
    client.force_login(reviewer)
    pks = [held.pk, changed.pk, free.pk]
    form = {"action": "reject_selected", "_selected_action": pks, "confirmed": "1", "code": "tone"}
    form |= {f"version_{pk}": "1" for pk in pks} | {f"version_{changed.pk}": "99"}
    html = client.post(LIST, form, follow=True).text
    assert list(Draft.objects.filter(state=State.REJECTED)) == [free]
    assert str(other) in html
    assert Draft.objects.get(pk=changed.pk).claimed_by is None
