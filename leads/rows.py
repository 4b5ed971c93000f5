"""Rows of the lead table, ready to print: what costs is done once here, not per tag in the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.db.models import F
from django.db.models.expressions import Combinable
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from leads.columns import Column
from leads.models import ActivityType, Stage
from leads.temperature import Scale
from salesdash.formatting import names, numbers, times

# what a row reads; LeadScore's accumulators stay where they are
COLUMNS: Final = {
    "rank": F("score__rank"),
    "fit_factor": F("score__fit_factor"),
    "last_at": F("score__last_activity_at"),
    "last_type": F("score__last_activity_type"),
    "company_name": F("company__name"),
    "owner_family": F("owner__last_name"),
    "owner_given": F("owner__first_name"),
    "owner_username": F("owner__username"),
}
FIELDS: Final = (
    "id", "family_name", "given_name", "email", "stage", "next_action", "next_action_due_at", "recall_at",
    "win_probability", "do_not_contact", "owner_id",
)  # fmt: skip

ICONS: Final[Mapping[int, str]] = {
    ActivityType.EMAIL_OPEN: "mail",
    ActivityType.EMAIL_CLICK: "link",
    ActivityType.EMAIL_REPLY: "reply",
    ActivityType.PAGE_VIEW: "eye",
    ActivityType.PRICING_VIEW: "yen",
    ActivityType.DOCUMENT_REQUEST: "doc",
    ActivityType.WEBINAR: "video",
    ActivityType.MEETING_BOOKED: "cal",
    ActivityType.CALL_CONNECTED: "phone",
    ActivityType.CALL_ABSENT: "phone",
    ActivityType.CALL_BACK: "phone",
    ActivityType.FORM_SUBMIT: "form",
    ActivityType.EMAIL_SENT: "send",
    ActivityType.EMAIL_BOUNCE: "warn",
    ActivityType.OPT_OUT: "block",
    ActivityType.EMAIL_OPEN_MACHINE: "mail",
    ActivityType.EMAIL_CLICK_MACHINE: "link",
    ActivityType.MEETING_HELD: "cal",
    ActivityType.TASK_DONE: "check",
    ActivityType.MANUAL: "user",
}

# what an English label would lose in the table; the others are short enough
SHORT: Final[Mapping[int, Promise]] = {
    ActivityType.EMAIL_OPEN: _("Mail opened"),
    ActivityType.EMAIL_CLICK: _("Mail link"),
    ActivityType.PAGE_VIEW: _("Page viewed"),
    ActivityType.PRICING_VIEW: _("Pricing page"),
    ActivityType.DOCUMENT_REQUEST: _("Document"),
    ActivityType.WEBINAR: _("Webinar"),
    ActivityType.MEETING_BOOKED: _("Meeting set"),
    ActivityType.CALL_CONNECTED: _("Call"),
    ActivityType.CALL_ABSENT: _("Call: absent"),
    ActivityType.CALL_BACK: _("Call back"),
    ActivityType.EMAIL_SENT: _("Mail sent"),
    ActivityType.EMAIL_OPEN_MACHINE: _("Opened (auto)"),
    ActivityType.EMAIL_CLICK_MACHINE: _("Click (auto)"),
    ActivityType.MEETING_HELD: _("Meeting held"),
    ActivityType.TASK_DONE: _("Action done"),
    ActivityType.MANUAL: _("By hand"),
}


@lru_cache(maxsize=8)
def excluded_cell(language: str) -> SafeString:
    return render_to_string("leads/_temperature.html", {"t": None})


@lru_cache(maxsize=4096)
def temperature_cell(shown: int, band: str, language: str) -> SafeString:
    """There are few different cells: 101 numbers in a language."""
    return render_to_string("leads/_temperature.html", {"t": shown, "band": band, "delta": 0})


@lru_cache(maxsize=8)
def _stage_labels(language: str) -> dict[str, str]:
    return {stage.value: str(stage.label) for stage in Stage}


@lru_cache(maxsize=8)
def _activity_labels(language: str) -> dict[int | None, str]:
    return {kind: short_label(kind) for kind in (None, *ActivityType.values)}


class Moment(NamedTuple):
    """A time as it is shown, and as a machine reads it."""

    text: str
    iso: str
    over: bool = False

    @classmethod
    def ago(cls, value: datetime, now: datetime) -> Moment:
        return cls(times.ago(value, now), value.isoformat(timespec="seconds"))

    @classmethod
    def due(cls, value: datetime, now: datetime) -> Moment:
        return cls(times.due(value, now), value.isoformat(timespec="seconds"), times.is_over(value, now))


class Row(NamedTuple):
    """`t` and `rank` are empty for a lead that a rule excludes: nothing on the screen may paint a number."""

    id: str
    url: str
    t: str
    rank: str
    cell: SafeString
    name: str
    name_language: str
    select_label: str
    company: str
    stage: str
    stage_label: str
    next_action: str
    due: Moment | None
    last_icon: str
    last_label: str
    last: Moment | None
    win: str
    owner: str
    owner_name: str
    owner_initial: str
    do_not_contact: bool
    # (column, text) in the order of the table; the text is that of a column which has no template of its own
    cells: list[tuple[Column, str]]


class RowMaker:
    """Makes the rows of one page: one clock, one language, one address to begin with."""

    def __init__(self, scale: Scale, now: datetime | None = None, columns: Sequence[Column] = ()) -> None:
        self._scale = scale
        self._columns = [(column, "" if column.is_built_in else f"x{n}") for n, column in enumerate(columns)]
        self._now = now or timezone.now()
        self._language = get_language() or "ja"
        self._base = reverse("leads:index")
        self._select = gettext("Select %(name)s")
        self._call_back = gettext("Call back")
        self._stages = _stage_labels(self._language)
        self._activities = _activity_labels(self._language)

    @property
    def expressions(self) -> dict[str, Combinable]:
        """What is read for the columns besides COLUMNS and FIELDS."""
        return {key: column.expression for column, key in self._columns if key}

    def _cells(self, value: Mapping[str, Any]) -> list[tuple[Column, str]]:
        return [(column, column.text(value[key], self._now) if key else "") for column, key in self._columns]

    def make(self, value: Mapping[str, Any]) -> Row:
        temperature = self._scale.temperature(value["rank"], self._now)
        # whole points reached, so that 80 on the screen is what a filter for 80 finds
        shown = int(temperature + 1e-6)
        excluded = value["fit_factor"] == 0
        due_at = value["next_action_due_at"] or value["recall_at"]
        is_recall = due_at is not None and value["next_action_due_at"] is None
        name = (
            names.full_name(value["family_name"], value["given_name"]) or value["email"] or f"#{value['id']}"
        )
        return Row(
            id=str(value["id"]),
            url=f"{self._base}{value['id']}/",
            t="" if excluded else f"{temperature:.2f}",
            rank="" if excluded else repr(value["rank"]),
            cell=excluded_cell(self._language)
            if excluded
            else temperature_cell(shown, self._scale.band(temperature).key, self._language),
            name=name,
            name_language=self._other_language(name),
            select_label=self._select % {"name": name},
            company=value["company_name"],
            stage=value["stage"],
            stage_label=self._stages[value["stage"]],
            next_action=value["next_action"] or (self._call_back if is_recall else ""),
            due=Moment.due(due_at, self._now) if due_at else None,
            last_icon=ICONS.get(value["last_type"], "info"),
            last_label=self._activities.get(value["last_type"], ""),
            last=Moment.ago(value["last_at"], self._now) if value["last_at"] else None,
            win=numbers.percent(value["win_probability"]) if value["win_probability"] is not None else "",
            do_not_contact=value["do_not_contact"],
            cells=self._cells(value),
            **_owner(value["owner_family"], value["owner_given"], value["owner_username"]),
        )

    def _other_language(self, name: str) -> str:
        """The language to mark where it is not the page's own."""
        language = "ja" if names.is_east_asian(name) else "en"
        return "" if self._language.startswith(language) else language


@lru_cache(maxsize=1024)
def _owner(family: str | None, given: str | None, username: str | None) -> dict[str, str]:
    """As a row names the owner; all None for a lead of nobody."""
    if family is None or given is None or username is None:
        return {"owner": "", "owner_name": "", "owner_initial": ""}
    if not (family or given):
        family = username
    return {
        "owner": family if names.is_east_asian(family) else names.full_name(family, given),
        "owner_name": names.full_name(family, given),
        "owner_initial": names.initial(family, given),
    }


def html(rows: Sequence[Row], made_at: str) -> SafeString:
    """All rows of a page. Jinja prints them in a tenth of the time that Django's templates take."""
    return _printed("leads/rows.html", rows, made_at)


def edited_html(rows: Sequence[Row], made_at: str) -> SafeString:
    """Each row addressed to its place in the table."""
    return _printed("leads/edited_rows.html", rows, made_at)


def _printed(template: str, rows: Sequence[Row], made_at: str) -> SafeString:
    # the template escapes, but Django's wrapper of Jinja does not say so
    return SafeString(render_to_string(template, {"rows": rows, "made_at": made_at}, using="jinja2"))


def activity_label(activity_type: int | None) -> str:
    if activity_type is None:
        return ""
    return str(ActivityType(activity_type).label) if activity_type in ActivityType.values else ""


def short_label(activity_type: int | None) -> str:
    """As activity_label, for a narrow column."""
    return str(SHORT.get(activity_type or 0, "")) or activity_label(activity_type)
