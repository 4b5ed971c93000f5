"""The picture of a temperature: the way it came, what was done on it, and how it cools from here.

Server SVG that fits any width: places across are per cent of the picture, heights are pixels, and only the
curve is stretched; text and marks keep their size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from leads.explain import Explanation
from leads.forecast import Point
from leads.models.activity import ActivityType
from leads.models.score import Band

# a moment's place across, in per cent
_Across = Callable[[datetime], float]
TOP: Final = 10
PLOT: Final = 150
HEIGHT: Final = TOP + PLOT + 24
ACROSS: Final = 1000
TICKS: Final = 4

MAIL, WEB, TALK, HAND, OURS, BAD = "mail", "web", "talk", "hand", "ours", "bad"
KIND_LABELS: Final[Mapping[str, Promise]] = {
    MAIL: gettext_lazy("Mail answered or opened"),
    WEB: gettext_lazy("Website and forms"),
    TALK: gettext_lazy("Calls, meetings, webinars"),
    HAND: gettext_lazy("Adjusted by hand"),
    OURS: gettext_lazy("Our mail"),
    BAD: gettext_lazy("Bounced or opted out"),
}
_KINDS: Final[Mapping[ActivityType, str]] = {
    ActivityType.EMAIL_OPEN: MAIL,
    ActivityType.EMAIL_CLICK: MAIL,
    ActivityType.EMAIL_REPLY: MAIL,
    ActivityType.WEBINAR: TALK,
    ActivityType.MEETING_BOOKED: TALK,
    ActivityType.MEETING_HELD: TALK,
    ActivityType.CALL_CONNECTED: TALK,
    ActivityType.CALL_ABSENT: TALK,
    ActivityType.CALL_BACK: TALK,
    ActivityType.EMAIL_SENT: OURS,
    ActivityType.EMAIL_BOUNCE: BAD,
    ActivityType.OPT_OUT: BAD,
    ActivityType.MANUAL: HAND,
}
# shape and colour both tell the kind
_SHAPES: Final = {
    MAIL: '<circle id="cm-mail" r="3.8"/>',
    WEB: '<rect id="cm-web" x="-3.4" y="-3.4" width="6.8" height="6.8" rx="1"/>',
    TALK: '<path id="cm-talk" d="M0-5 5 0 0 5-5 0Z"/>',
    HAND: '<path id="cm-hand" d="M0-5 4.8 3.6H-4.8Z"/>',
    OURS: '<circle id="cm-ours" r="2.6"/>',
    BAD: '<path id="cm-bad" d="M-3.4-3.4 3.4 3.4M3.4-3.4-3.4 3.4"/>',
}


def kind_of(activity_type: ActivityType) -> str:
    return _KINDS.get(activity_type, WEB)


def chart(why: Explanation, zone: ZoneInfo, label: str, mark_titles: Sequence[str]) -> SafeString:
    """`label` is the finding as one sentence; `mark_titles` belong to `why.marks`."""
    start, now, end = why.curve[0].at, why.curve[-1].at, why.ahead[-1].at
    span = (end - start).total_seconds()

    def x(at: datetime) -> float:
        """Per cent of the width."""
        return round(100 * (at - start).total_seconds() / span, 2)

    return format_html(
        '<svg class="course" width="100%" height="{height}" role="img" aria-label="{label}">'
        "<defs>{shapes}</defs>"
        '<rect class="ahead" x="{now}%" y="{top}" width="{rest}%" height="{plot}"/>{bands}{ticks}'
        '<svg x="0" y="{top}" width="100%" height="{plot}" viewBox="0 0 {across} {plot}" '
        'preserveAspectRatio="none" overflow="visible">'
        '<polygon class="f" points="0,{plot} {way} {nowx},{plot}"/>'
        '<polyline class="l" points="{way}"/><polyline class="l next" points="{next}"/></svg>'
        '<line class="now" x1="{now}%" x2="{now}%" y1="{top}" y2="{bottom}"/>{marks}{friday}</svg>',
        height=HEIGHT,
        label=label,
        shapes=SafeString("".join(_SHAPES.values())),
        now=x(now),
        rest=round(100 - x(now), 2),
        top=TOP,
        plot=PLOT,
        bottom=TOP + PLOT,
        across=ACROSS,
        bands=_bands(why.bands),
        ticks=_ticks(start, now, zone, x),
        way=_line(why.curve, x),
        next=_line(why.ahead, x),
        nowx=round(10 * x(now), 1),
        marks=_marks(why, x, mark_titles),
        friday=_friday(why, x),
    )


def legend(why: Explanation) -> SafeString:
    """The kinds that are in the picture."""
    found = {kind_of(kind) for mark in why.marks for kind, _count in mark.kinds[:1]}
    return format_html_join(
        "",
        '<li><svg class="cm {0}" viewBox="-6 -6 12 12" aria-hidden="true"><use href="#cm-{0}"/></svg>'
        "{1}</li>",
        ((kind, label) for kind, label in KIND_LABELS.items() if kind in found),
    )


def _y(temperature: float) -> float:
    return round(PLOT * (1 - temperature / 100), 1)


def _line(points: Iterable[Point], x: _Across) -> str:
    """Points that fall onto their neighbour on any screen are left out."""
    found = [f"{round(10 * x(point.at), 1):g},{_y(point.temperature):g}" for point in points]
    return " ".join(place for place, before in zip(found, ["", *found], strict=False) if place != before)


def _bands(bands: Mapping[Band, float]) -> SafeString:
    return format_html_join(
        "",
        '<line class="th" x1="0" x2="100%" y1="{0}" y2="{0}"/>'
        '<text class="bw" data-b="{1}" x="-8" y="{0}" dy="4" text-anchor="end">{2} {3}</text>',
        ((TOP + _y(at), band.key, band.label, f"{at:g}") for band, at in bands.items()),
    )


def _ticks(start: datetime, now: datetime, zone: ZoneInfo, x: _Across) -> SafeString:
    """Today, and days so far apart that their names fit on a phone."""
    today = now.astimezone(zone).date()
    every = round((now - start) / timedelta(days=1) / TICKS)
    form = pgettext("date format, day on an axis", "M j")
    days = [today - timedelta(days=every * back) for back in range(1, TICKS + 1)]
    moments = [(datetime.combine(day, time.min, zone), dateformat.format(day, form)) for day in days]
    shown = [(at, text) for at, text in moments if at >= start]
    return format_html_join(
        "",
        '<text class="tk" x="{}%" y="{}" text-anchor="middle">{}</text>',
        ((x(at), HEIGHT - 6, text) for at, text in [*shown, (now, _("today"))]),
    )


def _marks(why: Explanation, x: _Across, titles: Sequence[str]) -> SafeString:
    return format_html_join(
        "",
        '<g class="cm {0}"><title>{1}</title><use href="#cm-{0}" x="{2}%" y="{3}"/></g>',
        (
            (kind_of(mark.kinds[0][0]), title, x(mark.last), TOP + _y(mark.temperature))
            for mark, title in zip(why.marks, titles, strict=True)
        ),
    )


def _friday(why: Explanation, x: _Across) -> SafeString:
    at, y = x(why.cools_to.at), TOP + _y(why.cools_to.temperature)
    return format_html(
        '<circle class="friday" cx="{0}%" cy="{1}" r="3.5"/><text class="fw" x="{0}%" y="{2}" '
        'text-anchor="{3}">{4}</text>',
        at,
        y,
        # at the top of the picture there is no room above
        y - 9 if y > 20 else y + 18,
        "end" if at > 95 else "middle",
        int(why.cools_to.temperature + 1e-6),
    )
