"""What a prompt may rest on: short sentences with ids, from the company, what the lead did, and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from drafts import history
from drafts.history import Deed, History, Remark
from drafts.safety import input_filter
from drafts.safety.base import Fact
from leads.models import ActivityType, Industry, Lead
from salesdash.models import Team

MAX_PRODUCT_SENTENCES: Final = 3
_FIELD_CHARS: Final = 120
_NOTE_CHARS: Final = 200
_JAPANESE: Final = re.compile(r"[ぁ-ヿ一-鿿]")

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


_Parts = tuple[str, ...]


def known_of(
    lead: Lead, language: str, *, besides: int | None = None, now: datetime | None = None
) -> History:
    """What a text in this language may speak of."""
    return history.read(lead, types=tuple(_SENTENCES[language]), besides=besides, now=now)


def collect(*, lead: Lead, language: str, known: History) -> tuple[Fact, ...]:
    """Facts F1, F2, …; fields that talk to the writer instead of about the customer are left out."""
    return told(
        language=language,
        industry=lead.company.industry,
        deeds=known.deeds,
        product=_product_of(lead.team, language),
        notes=known.notes,
    )


def told(
    *, language: str, industry: str, deeds: Iterable[Deed], product: str, notes: Iterable[Remark]
) -> tuple[Fact, ...]:
    """The same of a lead that stands in no table. Days are those of the zone that the moments are in."""
    found = [
        *_industry(industry, language),
        *_sentences(deeds, language),
        *_readable(_product(product), language),
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
        "team.product_en": lead.team.product_description_en,
    }
    fields |= {f"activity.{kind.key}": name for kind, _at, name, _n in deeds}
    fields |= {f"note.{number}": body for number, (body, _at) in enumerate(notes, start=1)}
    return {name: value for name, value in fields.items() if value}


def _industry(industry: str, language: str) -> Iterator[_Parts]:
    if label := industry_label(industry, language):
        yield "industry", label, label


def _sentences(deeds: Iterable[Deed], language: str) -> Iterator[_Parts]:
    known = {kind: (at, plain(name, 60), times) for kind, at, name, times in deeds}
    for kind, (without_name, with_name) in _SENTENCES[language].items():
        if kind in known:
            at, name, times = known[kind]
            sentence = with_name if name else without_name
            yield kind.key, sentence.format(d=_day(at, language), n=name), str(times), at.isoformat()


def _day(at: datetime, language: str) -> str:
    return f"{at.month}月{at.day}日" if language == "ja" else f"{at.day} {at:%B}"


def _product_of(team: Team, language: str) -> str:
    return (team.product_description_en if language == "en" else "") or team.product_description


def _readable(found: Iterable[_Parts], language: str) -> Iterator[_Parts]:
    """English words cannot be held against a Japanese sentence: every claim on one would be a mismatch."""
    return (parts for parts in found if language != "en" or not _JAPANESE.search(parts[1]))


def _product(description: str) -> Iterator[_Parts]:
    text = description.replace("。", "。\n").replace(". ", ".\n")
    sentences = [plain(line, _NOTE_CHARS) for line in text.splitlines() if line.strip()]
    for sentence in sentences[:MAX_PRODUCT_SENTENCES]:
        yield "product", sentence, ""


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
