"""What a prompt may rest on: short sentences with ids, from the company, what the lead did, and notes."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from drafts.safety import input_filter
from drafts.safety.base import Fact
from leads.models import Activity, ActivityType, Industry, Lead, Note

ACTIVITY_DAYS: Final = 90
MAX_NOTES: Final = 3
MAX_PRODUCT_SENTENCES: Final = 3
_MAX_ACTIVITIES: Final = 500
_FIELD_CHARS: Final = 120
_NOTE_CHARS: Final = 200

# with a name of its own where the activity has one: {d} the day, {n} the document's or webinar's name
_SENTENCES: Final[dict[str, dict[ActivityType, tuple[str, str]]]] = {
    "ja": {
        ActivityType.FORM_SUBMIT: ("{d}にお問い合わせ", "{d}にお問い合わせ"),
        ActivityType.EMAIL_REPLY: ("{d}にご返信", "{d}にご返信"),
        ActivityType.MEETING_HELD: ("{d}のお打ち合わせ", "{d}のお打ち合わせ"),
        ActivityType.MEETING_BOOKED: ("{d}にお打ち合わせをご予約", "{d}にお打ち合わせをご予約"),
        ActivityType.WEBINAR: ("{d}のウェビナーにご参加", "{d}のウェビナー「{n}」にご参加"),
        ActivityType.DOCUMENT_REQUEST: ("{d}に資料をご請求", "{d}に「{n}」をご請求"),
        ActivityType.CALL_CONNECTED: ("{d}のお電話", "{d}のお電話"),
        ActivityType.PRICING_VIEW: ("弊社の料金ページをご覧", "弊社の料金ページをご覧"),
        ActivityType.PAGE_VIEW: ("弊社のサイトをご覧", "弊社のサイトをご覧"),
    },
    "en": {
        ActivityType.FORM_SUBMIT: ("contacted us on {d}", "contacted us on {d}"),
        ActivityType.EMAIL_REPLY: ("replied on {d}", "replied on {d}"),
        ActivityType.MEETING_HELD: ("met us on {d}", "met us on {d}"),
        ActivityType.MEETING_BOOKED: ("booked a meeting on {d}", "booked a meeting on {d}"),
        ActivityType.WEBINAR: ("attended our webinar on {d}", "attended our webinar “{n}” on {d}"),
        ActivityType.DOCUMENT_REQUEST: ("requested a document on {d}", "requested “{n}” on {d}"),
        ActivityType.CALL_CONNECTED: ("spoke with us on {d}", "spoke with us on {d}"),
        ActivityType.PRICING_VIEW: ("looked at our pricing page", "looked at our pricing page"),
        ActivityType.PAGE_VIEW: ("visited our site", "visited our site"),
    },
}


# what a lead did: its kind, when, the name of the document or webinar, how often
Deed = tuple[ActivityType, datetime, str, int]
# a note: what it says, and when it was made (ISO 8601, or nothing)
Remark = tuple[str, str]
_Parts = tuple[str, ...]


def collect(
    *,
    lead: Lead,
    language: str,
    deeds: Iterable[Deed] | None = None,
    notes: Iterable[Remark] | None = None,
    now: datetime | None = None,
) -> tuple[Fact, ...]:
    """Facts F1, F2, …; fields that talk to the writer instead of about the customer are left out.

    `deeds` and `notes` where the caller has read them already (see `latest_deeds`, `latest_notes`).
    """
    return told(
        language=language,
        industry=lead.company.industry,
        deeds=latest_deeds(lead, language, now) if deeds is None else deeds,
        product=lead.team.product_description,
        notes=latest_notes(lead) if notes is None else notes,
    )


def told(
    *, language: str, industry: str, deeds: Iterable[Deed], product: str, notes: Iterable[Remark]
) -> tuple[Fact, ...]:
    """The same of a lead that stands in no table. Days are those of the zone that the moments are in."""
    found = [
        *_industry(industry, language),
        *_sentences(deeds, language),
        *_product(product),
        *_notes(notes),
    ]
    harmless = [parts for parts in found if not input_filter.suspicious(f"{parts[1]} {parts[2]}")]
    return tuple(Fact(f"F{number}", *parts) for number, parts in enumerate(harmless, start=1))


def plain(value: object, limit: int = _FIELD_CHARS) -> str:
    """A field of the CRM as one line of visible characters."""
    return input_filter.visible(str(value or ""))[:limit].strip()


def industry_label(industry: str, language: str) -> str:
    if industry == Industry.OTHER or industry not in Industry.values:
        return ""
    with translation.override(language):
        return str(Industry(industry).label)


def raw_fields(lead: Lead, *, deeds: Iterable[Deed], notes: Iterable[Remark]) -> dict[str, str]:
    """Free text that other people's hands filled in, for the input filter: what a prompt is made of."""
    company = lead.company
    fields = {
        "lead.family_name": lead.family_name,
        "lead.given_name": lead.given_name,
        "lead.title": lead.title,
        "lead.department": lead.department,
        "company.name": company.name,
        "company.name_en": company.name_en,
        "company.name_kana": company.name_kana,
        "team.product": lead.team.product_description,
    }
    fields |= {f"activity.{kind.key}": name for kind, _at, name, _n in deeds}
    fields |= {f"note.{number}": body for number, (body, _at) in enumerate(notes, start=1)}
    return {name: value for name, value in fields.items() if value}


def _industry(industry: str, language: str) -> Iterator[_Parts]:
    if label := industry_label(industry, language):
        yield "industry", label, label


def latest_deeds(lead: Lead, language: str, now: datetime | None = None) -> list[Deed]:
    """The latest of each kind; how often is told apart, for a mail must not count visits."""
    now = now or timezone.now()
    rows = (
        Activity.objects.filter(
            lead_id=lead.pk,
            occurred_at__gte=now - timedelta(days=ACTIVITY_DAYS),
            type__in=list(_SENTENCES[language]),
        )
        .order_by("-occurred_at")
        .values_list("type", "occurred_at", "properties")[:_MAX_ACTIVITIES]
    )
    newest: dict[int, tuple[datetime, dict[str, Any]]] = {}
    counts: dict[int, int] = {}
    for kind, at, properties in rows:
        newest.setdefault(kind, (at, properties))
        counts[kind] = counts.get(kind, 0) + 1
    zone = zoneinfo.ZoneInfo(lead.team.time_zone)
    return [
        (ActivityType(kind), at.astimezone(zone), _name_in(properties), counts[kind])
        for kind, (at, properties) in newest.items()
    ]


def _name_in(properties: dict[str, Any]) -> str:
    return str(properties.get("document") or properties.get("title") or "")


def _sentences(deeds: Iterable[Deed], language: str) -> Iterator[_Parts]:
    known = {kind: (at, plain(name, 60), times) for kind, at, name, times in deeds}
    for kind, (without_name, with_name) in _SENTENCES[language].items():
        if kind in known:
            at, name, times = known[kind]
            sentence = with_name if name else without_name
            yield kind.key, sentence.format(d=_day(at, language), n=name), str(times), at.isoformat()


def _day(at: datetime, language: str) -> str:
    return f"{at.month}月{at.day}日" if language == "ja" else f"{at.day} {at:%B}"


def _product(description: str) -> Iterator[_Parts]:
    text = description.replace("。", "。\n").replace(". ", ".\n")
    sentences = [plain(line, _NOTE_CHARS) for line in text.splitlines() if line.strip()]
    for sentence in sentences[:MAX_PRODUCT_SENTENCES]:
        yield "product", sentence, ""


def latest_notes(lead: Lead) -> list[Remark]:
    notes = Note.objects.filter(lead=lead).order_by("-created_at").values_list("body", "created_at")
    return [(body, at.isoformat()) for body, at in notes[:MAX_NOTES]]


def _notes(remarks: Iterable[Remark]) -> Iterator[_Parts]:
    for body, at in remarks:
        if text := plain(body, _NOTE_CHARS):
            yield "note", text, "", at


def origin(kind: str) -> str:
    """Where a fact of this kind comes from, in the reader's language; empty for an unknown one."""
    own: dict[str, str | Promise] = {
        "industry": _("Industry of the company"),
        "product": _("What the team offers"),
        "note": _("Note on the lead"),
    }
    known = own.get(kind) or {activity.key: activity.label for activity in ActivityType}.get(kind)
    return str(known or "")
