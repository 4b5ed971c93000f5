"""What a person gets to see of drafts, by every way there is, and what they must not."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from drafts import reading
from drafts.models import Check, Clearance, Draft, SafetyRules, State
from drafts.models.draft import READABLE
from drafts.safety.names import LAYERS
from drafts.texts import Text

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
# shorter lines stand in any letter
_TELLING_CHARS = 12


def shown_to(person) -> list[Draft]:
    return list(reading.shown_to(person))


def pages(draft: Draft) -> list[str]:
    return [
        f"{reverse('drafts:panel', args=[draft.lead_id])}?purpose={draft.purpose}",
        reverse("drafts:edit", args=[draft.pk]),
        *(
            f"{reverse('drafts:index')}?tab={tab}&who=team"
            for tab in ("ready", "working", "review", "stopped")
        ),
        reverse("day"),
        reverse("notifications"),
        reverse("leads:detail", args=[draft.lead_id]),
        reverse("api_draft", args=[draft.pk]),
        f"{reverse('api_drafts')}?lead={draft.lead_id}",
        # of those who may review, the item itself is the place to read it
        reverse("admin:drafts_reviewitem_changelist"),
    ]


def seen_by(person, draft: Draft) -> str:
    client = Client(headers=PARTIAL)
    client.force_login(person)
    return "\n".join(client.get(page).text for page in pages(draft))


def leaked(draft: Draft, seen: str) -> list[str]:
    """Lines of the draft's text that stand in `seen` although no cleared text of the same lead has them."""
    told = {name for name in (draft.lead.company.name, draft.lead.family_name, draft.lead.given_name) if name}
    others = [other for other in Draft.objects.filter(lead=draft.lead_id) if is_public(other)]
    cleared = [(other.subject, other.body) for other in others]
    public = {line for text in cleared for part in text for line in part.splitlines()}
    lines = {line.strip() for part in (draft.subject, draft.body) for line in part.splitlines()} - public
    telling = [x for x in lines if len(x) >= _TELLING_CHARS and not any(name in x for name in told)]
    return [line for line in telling if line in seen or escape(line) in seen or ascii(line)[1:-1] in seen]


def is_cleared(draft: Draft) -> bool:
    """Every layer has passed exactly this text, or a person let exactly these reasons pass."""
    if Text(draft.subject, draft.body).hash != draft.text_hash:
        return False
    spoken = {
        check.layer: check
        for check in Check.objects.filter(draft=draft, text_hash=draft.text_hash).order_by("at", "pk")
    }
    let_pass = {
        code
        for codes in Clearance.objects.filter(draft=draft, text_hash=draft.text_hash).values_list(
            "reason_codes", flat=True
        )
        for code in codes
    }
    if set(spoken) != set(LAYERS):
        return False
    open_ones = [check for check in spoken.values() if check.verdict != Check.Verdict.PASS]
    return all(
        not check.blocking and {f"{check.layer}:{reason['code']}" for reason in check.reasons} <= let_pass
        for check in open_ones
    )


def is_public(draft: Draft) -> bool:
    """By the design: in a cleared state, and unless it was sent, by the rules that are in force."""
    state = State(draft.state)
    today = SafetyRules.objects.filter(status="active", version=draft.rules_version or 0).exists()
    return state in READABLE and (state == State.SENT or today)


def may_read(person, draft: Draft) -> bool:
    """Or the person's own wording."""
    return is_public(draft) or draft.text_author_id == person.pk
