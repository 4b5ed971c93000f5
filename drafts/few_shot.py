"""Examples for the writer: sent mails of the same team, language and purpose, with nobody's data in them.

Only a text that every layer has passed and that a rep has sent is taken. Names, companies and phrases that
rest on facts become placeholders; where a name, an address or a figure is left over, the text is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from drafts.llm import ledger
from drafts.models import Check, Draft, PromptExample, State
from drafts.safety import input_filter, latest
from drafts.safety.customer import persons
from drafts.safety.tokens import tokenize
from leads.sql import columns, instance, prepared_rows

MOST: Final = 2
MOST_TOKENS: Final = 1200
# of one team, language and purpose; older ones make room
KEPT: Final = 20
_DAYS: Final = 30
_BATCH: Final = 200
_CALL: Final = re.compile(r"15\s*(?:分|-?\s*min(?:ute)?s?)", re.IGNORECASE)
_LEFT_OVER: Final = re.compile(
    r"\d|[〇一二三四五六七八九十百千]+(?:月|日|円|名|社|件)|@|https?:|www\.", re.IGNORECASE
)

# written out: each draft asks, and building it took longer than answering it
_BEST: Final = f"""
SELECT {columns(PromptExample, "example")} FROM drafts_promptexample AS example
JOIN drafts_draft AS draft ON draft.id = example.draft_id AND draft.lead_id != %(lead)s
WHERE example.team_id = %(team)s AND example.language = %(language)s AND example.purpose = %(purpose)s
    AND example.in_use
ORDER BY example.edited DESC, example.id DESC LIMIT %(most)s
"""  # noqa: S608 -- names of the model's own columns


def choose(draft: Draft) -> list[PromptExample]:
    """Those that people edited first, then the newest; none from the lead's own mails."""
    asked = {
        "team": draft.team_id,
        "language": draft.language,
        "purpose": draft.purpose,
        "lead": draft.lead_id,
        "most": 2 * MOST,
    }
    chosen: list[PromptExample] = []
    for row in prepared_rows(_BEST, asked):
        example = instance(PromptExample, row)
        if len(chosen) < MOST and sum(e.tokens for e in chosen) + example.tokens <= MOST_TOKENS:
            chosen.append(example)
    return chosen


def as_data(draft: Draft) -> list[dict[str, str]]:
    return [{"subject": example.subject, "body": example.body} for example in choose(draft)]


def collect() -> int:
    """Take examples from mails that were sent and are past undoing; how many were taken."""
    now = timezone.now()
    sent = Draft.objects.filter(
        state=State.SENT, state_changed_at__gte=now - timedelta(days=_DAYS), example=None
    ).exclude(undo_until__gt=now)
    rows = sent.select_related("lead__company", "team", "requested_by").order_by("-state_changed_at")
    return sum(take(draft) is not None for draft in rows[:_BATCH])


def take(draft: Draft) -> PromptExample | None:
    """None where the text did not pass every layer by itself, or where something personal would be left."""
    checks = latest.checks(draft)
    if not latest.complete(checks) or any(check.verdict != Check.Verdict.PASS for check in checks):
        return None
    found = anonymous(draft)
    if found is None:
        return None
    subject, body = found
    example, _created = PromptExample.objects.get_or_create(
        draft=draft,
        defaults={
            "team_id": draft.team_id,
            "purpose": draft.purpose,
            "language": draft.language,
            "subject": subject,
            "body": body,
            "edited": draft.text_author_id is not None,
            "tokens": ledger.estimate_tokens(subject) + ledger.estimate_tokens(body),
        },
    )
    _make_room(example)
    return example


def anonymous(draft: Draft) -> tuple[str, str] | None:
    """Subject and body with placeholders; None where that is not enough."""
    subject, body = draft.subject, draft.body
    for words, placeholder in _replacements(draft):
        pattern = re.compile(re.escape(words), re.IGNORECASE if words.isascii() else 0)
        subject, body = pattern.sub(placeholder, subject), pattern.sub(placeholder, body)
    rest = re.sub(r"\{[a-z_]+\}", " ", _CALL.sub(" ", f"{subject}\n{body}"))
    if _LEFT_OVER.search(rest) or any(persons(tokenize(rest))) or input_filter.suspicious(rest):
        return None
    return subject, body


def _replacements(draft: Draft) -> list[tuple[str, str]]:
    """Longest first, so that no part of a name is left beside its placeholder."""
    found = {(words, placeholder) for words, placeholder in _known(draft) if len(words) > 1}
    return sorted(found, key=lambda pair: (-len(pair[0]), pair))


def _known(draft: Draft) -> Iterator[tuple[str, str]]:
    lead, company, team, user = draft.lead, draft.lead.company, draft.team, draft.requested_by
    kinds = {str(fact["id"]): str(fact.get("kind", "fact")) for fact in draft.facts}
    for claim in draft.claims:
        yield str(claim.get("phrase", "")), "{" + kinds.get(str(claim.get("fact_id")), "fact") + "}"
    for fact in draft.facts:
        for words in (str(fact.get("text", "")), _long(fact.get("value"))):
            yield words, "{" + str(fact.get("kind", "fact")) + "}"
    for words in (company.name, company.name_en, company.name_kana):
        yield words, "{company}"
    yield from ((lead.family_name, "{family_name}"), (lead.given_name, "{given_name}"))
    yield from ((lead.title, "{title}"), (lead.department, "{department}"))
    yield from ((team.company_name, "{our_company}"), (team.name, "{our_team}"), (team.name_en, "{our_team}"))
    if user:
        yield from ((str(user), "{sender}"), (user.last_name, "{sender}"), (user.first_name, "{sender}"))


def _long(value: Any) -> str:
    """A count is no words of a fact."""
    return "" if str(value or "").isdecimal() else str(value or "")


def _make_room(newest: PromptExample) -> None:
    alike = PromptExample.objects.filter(
        team=newest.team_id, language=newest.language, purpose=newest.purpose, in_use=True
    )
    kept = alike.order_by("-edited", "-pk").values_list("pk", flat=True)[:KEPT]
    alike.exclude(pk__in=list(kept)).update(in_use=False)
