"""One item of the review queue: what the page shows and what each button does."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from drafts.models import Check, Clearance, Draft, State
from drafts.tests.factories import BODY, SUBJECT, DraftFactory
from drafts.tests.reviewing import hidden_fields, url
from leads.tests.factories import LeadFactory, UserFactory
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

pytestmark = pytest.mark.django_db
NEXT = "/admin/drafts/reviewitem/next/"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def item(lead, rep):
    fields = {
        "claims": [{"phrase": "弊社のサイトをご覧いただき", "fact_id": "F1"}],
        "facts": [{"id": "F1", "kind": "page_view", "text": "弊社のサイトをご覧", "value": "3"}],
    }
    made = DraftFactory(
        lead=lead, requested_by=rep, state=State.IN_REVIEW, flags={"rules": ["price"]}, **fields
    )
    start = BODY.index("15分")
    reasons = [{"code": "price", "message": "", "span": [start, start + 3], "part": "body"}]
    Check.objects.filter(draft=made, layer="rules").update(reasons=reasons)
    return made


def opened(client, item: Draft) -> dict[str, str]:
    """The fields of the form as the browser would send them."""
    return hidden_fields(client, item) | {"subject": SUBJECT, "body": BODY.replace("\n", "\r\n")}


def now(item: Draft) -> Draft:
    return Draft.objects.get(pk=item.pk)


def test_the_page_marks_flags_and_sources_and_names_the_checks(desk, item):
    html = desk.get(url(item)).text
    assert '<mark title="価格" id="flag-1" tabindex="-1"><sup>1</sup>15分</mark>' in html
    assert '<span class="rv-fact" title="F1: 弊社のサイトをご覧">弊社のサイトをご覧いただき</span>' in html
    assert len(re.findall(r'class="rv-(?:pass|flag)"', html)) == 6
    assert item.lead.company.name in html


def test_the_page_is_bounded_in_queries(desk, item, django_assert_max_num_queries):
    for _ in range(4):
        DraftFactory(lead=item.lead, state=State.SENT)
    with django_assert_max_num_queries(20):
        assert "no-store" in desk.get(url(item)).headers["Cache-Control"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_keeps_the_policy_in_both_languages(client, reviewer, item, language):
    reviewer.language = language
    reviewer.save()
    client.force_login(reviewer)
    html = client.get(url(item)).text
    assert findings(html, MARKUP_RULES) == []
    assert ("承認して次へ" if language == "ja" else "Approve, then next") in html


def test_approval_leads_to_the_next_item(desk, item):
    following = DraftFactory(lead=LeadFactory(company=item.lead.company), state=State.IN_REVIEW)
    answer = desk.post(url(item), opened(desk, item) | {"_approve": "1"})
    assert answer.headers["Location"] == NEXT
    assert now(item).state == State.APPROVED
    assert Clearance.objects.get().reason_codes == ["rules:price"]
    assert desk.get(NEXT).headers["Location"] == url(following)


def test_an_edited_text_is_checked_again_instead_of_approved(desk, item):
    form = opened(desk, item) | {"_approve": "1", "body": BODY.replace("15分", "短く")}
    desk.post(url(item), form)
    assert now(item).state == State.CHECKING
    assert "短く" in now(item).body
    assert Clearance.objects.count() == 0


def test_enter_in_a_field_means_save(desk, item):
    html = desk.get(url(item)).text
    form = html[html.index('id="reviewitem_form"') :]
    first = re.search(r'<button type="submit"(?![^>]*form=)[^>]*name="(\w+)"', form)
    assert first[1] == "_save"


def test_saving_without_a_change_changes_nothing(desk, item):
    answer = desk.post(url(item), opened(desk, item) | {"_save": "1"})
    assert answer.headers["Location"] == url(item)
    assert now(item).version == item.version


def test_rejection_carries_reason_and_note(desk, item):
    form = opened(desk, item) | {"_reject": "1", "code": "promise", "note": "値引きの約束"}
    desk.post(url(item), form)
    assert (now(item).state, now(item).reject_code, now(item).reject_note) == (
        "rejected", "promise", "値引きの約束",
    )  # fmt: skip


def test_a_rejection_without_a_reason_keeps_what_was_typed(desk, item):
    form = opened(desk, item) | {"_reject": "1", "body": "書きかけの文面"}
    answer = desk.post(url(item), form)
    assert answer.status_code == 400
    assert "書きかけの文面" in answer.text
    assert now(item).state == State.IN_REVIEW


def test_a_refused_text_of_a_stale_form_does_not_become_a_fresh_one(desk, item):
    form = opened(desk, item) | {"_save": "1", "subject": "", "body": "書きかけの文面"}
    Draft.objects.filter(pk=item.pk).update(version=item.version + 3, body="同僚の文面", claim_token=None)
    answer = desk.post(url(item), form)
    assert answer.status_code == 409
    assert "書きかけの文面" in answer.text
    assert "同僚" in answer.text


@pytest.mark.parametrize("version", ["9" * 5000, "１", "-1", ""])
def test_a_version_that_is_no_number_is_not_found(version, desk, item):
    form = opened(desk, item) | {"_reject": "1", "code": "tone", "version": version}
    assert desk.post(url(item), form).status_code == 404


def test_a_nul_in_what_was_typed_is_left_out(desk, item):
    form = opened(desk, item) | {"_save": "1", "body": "新しい\0文面です。山田様"}
    assert desk.post(url(item), form).status_code == 302
    assert now(item).body == "新しい文面です。山田様"


def test_regeneration_passes_the_instruction_on(desk, item):
    desk.post(url(item), opened(desk, item) | {"_regenerate": "1", "instruction": "価格に触れない"})
    assert (now(item).state, now(item).instruction) == (State.REGENERATING, "価格に触れない")


def test_check_again(desk, item):
    desk.post(url(item), opened(desk, item) | {"_check": "1"})
    assert now(item).state == State.CHECKING


def test_a_blocked_text_has_no_approval(desk, item):
    Check.objects.filter(draft=item, layer="law").update(verdict="flag", blocking=True)
    html = desk.get(url(item)).text
    assert re.search(r'name="_approve"[^>]*disabled', html)
    answer = desk.post(url(item), opened(desk, item) | {"_approve": "1"})
    assert answer.status_code == 400
    assert now(item).state == State.IN_REVIEW


def test_nobody_approves_what_they_wrote(desk, item, reviewer):
    from drafts import workflow

    workflow.record_event(item, origin=State.READY, to=State.EDITING, at=timezone.now(), actor=reviewer)
    assert desk.post(url(item), opened(desk, item) | {"_approve": "1"}).status_code == 400
    assert now(item).state == State.IN_REVIEW


def test_skipping_gives_the_item_back_and_comes_back_to_it_last(desk, item):
    second = DraftFactory(lead=LeadFactory(company=item.lead.company), state=State.IN_REVIEW)
    assert desk.get(NEXT).headers["Location"] == url(item)
    desk.post(url(item), opened(desk, item) | {"_skip": "1"})
    assert now(item).claimed_by is None
    assert desk.get(NEXT).headers["Location"] == url(second)
    desk.post(url(second), opened(desk, second) | {"_skip": "1"})
    assert desk.get(NEXT).headers["Location"] == url(item)


def test_the_end_of_the_queue_is_told(desk, item):
    desk.post(url(item), opened(desk, item) | {"_approve": "1"})
    answer = desk.get(NEXT, follow=True, headers={"Accept-Language": "ja"})
    assert "すべて終わりました" in answer.text


def test_an_unknown_button_is_not_found(desk, item):
    assert desk.post(url(item), opened(desk, item) | {"_publish": "1"}).status_code == 404


def test_there_is_no_adding_deleting_or_saving_past_the_services(desk, item):
    base = "/admin/drafts/reviewitem/"
    assert desk.get(f"{base}add/").status_code == 403
    assert desk.post(f"{base}{item.pk}/delete/", {"post": "yes"}).status_code == 403
    assert now(item).state == State.IN_REVIEW


def test_the_comparison_answers_word_by_word(desk, item):
    answer = desk.post(
        f"/admin/drafts/reviewitem/{item.pk}/diff/",
        {"subject": SUBJECT, "body": BODY.replace("15分", "短い").replace("\n", "\r\n")},
    ).json()
    assert ["del", "15分"] in answer["left"]
    assert "".join(text for _kind, text in answer["right"]).endswith(BODY.replace("15分", "短い"))


def test_an_outsider_finds_no_item(client, item, other_team):
    stranger = UserFactory(role="reviewer", member_of=(other_team,), is_staff=True)
    client.force_login(stranger)
    assert client.get(url(item)).status_code == 404
    assert client.post(url(item), {"_approve": "1", "version": "1", "token": "x"}).status_code == 404
    for name in ("lease", "release", "diff"):
        assert client.post(f"/admin/drafts/reviewitem/{item.pk}/{name}/").status_code == 404
    assert client.get(NEXT).headers["Location"] == "/admin/drafts/reviewitem/"
