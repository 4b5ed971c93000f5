"""What the cells of the review queue show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from drafts import queue
from drafts.admin import review_held
from drafts.findings import Findings
from drafts.marking import Flag, cut
from drafts.models import Draft
from salesdash.formatting import names, times

EXCERPT_CHARS: Final = 60
# what is shown of a text before its first flagged word
_LEAD_IN_CHARS: Final = 16
_BADGES: Final = 3


def text(draft: Draft, found: Findings) -> SafeString:
    """The subject, and 60 characters of the body: the beginning, or the surroundings of the first flag."""
    start, end = _window(draft.body, found.in_part("body"))
    inside = [
        Flag(flag.number, flag.part, max(flag.start - start, 0), min(flag.end, end) - start, flag.label)
        for flag in found.in_part("body")
        if flag.start < end and flag.end > start
    ]
    words = format_html_join(
        "",
        "{}",
        (
            (
                format_html('<mark title="{}">{}</mark>', part.flag_labels, part.text)
                if part.flags
                else part.text,
            )
            for part in cut(draft.body[start:end], flags=inside)
        ),
    )
    return format_html(
        '<b lang="{0}">{1}</b><span class="rv-excerpt" lang="{0}">{2}{3}{4}</span>',
        draft.language,
        draft.subject,
        "…" if start else "",
        words,
        "…" if end < len(draft.body) else "",
    )


def _window(body: str, flags: Sequence[Flag]) -> tuple[int, int]:
    first = min(flags, key=lambda flag: flag.start, default=None)
    start = 0
    if first is not None and first.end > EXCERPT_CHARS:
        start = max(0, min(first.start - _LEAD_IN_CHARS, len(body) - EXCERPT_CHARS))
    return start, min(start + EXCERPT_CHARS, len(body))


def badges(found: Findings) -> SafeString:
    labels = found.labels
    shown = format_html_join("", '<span class="rv-badge">{}</span>', ((label,) for label in labels[:_BADGES]))
    more = len(labels) - _BADGES
    if more <= 0:
        return shown
    return format_html(
        '{}<span class="rv-more" title="{}">+{}</span>', shown, " / ".join(labels[_BADGES:]), more
    )


def lead(draft: Draft) -> SafeString:
    person = draft.lead
    name = names.full_name(person.family_name, person.given_name) or str(person)
    return format_html("{}<br><span class='rv-quiet'>{}</span>", name, person.company.name)


def waiting(draft: Draft, now: datetime) -> SafeString:
    """Business hours; amber from 75 % of the team's target on, red over it, in words too."""
    standing = queue.standing(draft, now)
    words = {"near": _("due soon"), "over": _("overdue")}
    note = format_html('<span class="rv-due">{}</span>', words[standing]) if standing else ""
    time = duration(queue.waiting_seconds(draft, now))
    return format_html('<span class="rv-wait" data-k="{}">{}</span>{}', standing, time, note)


def duration(seconds: float) -> str:
    return times.duration(seconds) if seconds >= 60 else _("under a minute")


def holder(draft: Draft, now: datetime) -> SafeString:
    """Redrawn by static/js/review_list.js whenever it changes."""
    first, *more = review_held.lines(draft, now) or ["—"]
    rest = format_html_join("", "<span class='rv-quiet'>{}</span>", ((line,) for line in more))
    return format_html(
        '<span class="rv-held" data-item="{}"><span>{}</span>{}</span>', str(draft.pk), first, rest
    )
