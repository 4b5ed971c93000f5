"""The page "today" of one person: what is due, what moved, what can be sent. Ready to print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import Case, Exists, OuterRef, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from drafts import reading
from drafts.inbound import stop_wishes
from drafts.inbound.stop_wishes import Question
from drafts.models import Delivery, Purpose, State
from drafts.stages import CHECKING_AGAIN
from leads import day
from leads.counting import Count
from leads.day import MOST, ROWS, Entry, Section
from leads.filters import query_string
from leads.models import Stage
from leads.models.score import Band
from leads.rows import Moment, Row, RowMaker
from salesdash.formatting import times
from salesdash.models import User

DRAFTS: Final = "drafts"
UNCERTAIN: Final = "uncertain"
STOP: Final = "stop"
_READY: Final = (State.READY, State.APPROVED)
# copied: what is left to say is that it was sent
_UNFINISHED: Final = (*_READY, State.SCHEDULED)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a section. `why` says in words why it is here, `note` what else helps to decide."""

    key: str
    row: Row
    url: str
    why: str
    when: Moment | None = None
    note: str = ""
    note_when: Moment | None = None
    language: str = ""
    phone: str = ""
    draft: int | None = None
    handed: bool = False
    # nobody knows whether it was sent
    uncertain: bool = False
    # of a reply that may ask to stop, for whoever may decide about it
    reply: str = ""


class Words(NamedTuple):
    """`nothing` is what an empty section says, `more` the link to all of it, where there is one."""

    icon: str
    title: Promise
    hint: Promise
    nothing: Promise | str = ""
    more: Promise | str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the page. `open` parts are work that can be finished; the hottest never end."""

    key: str
    words: Words
    url: str
    lines: list[Line]
    count: Count
    open: bool = True


@dataclass(frozen=True, slots=True)
class Today:
    team: bool
    now: datetime
    parts: dict[str, Part]

    @property
    def left(self) -> list[Part]:
        return [part for part in self.parts.values() if part.open and part.count]

    @property
    def columns(self) -> list[list[Part]]:
        """Due at a time on the left, moved by temperature on the right."""
        halves = (_ORDER[:5], _ORDER[5:])
        found = [[self.parts[key] for key in half if key in self.parts] for half in halves]
        return [column for column in found if column]

    @property
    def done(self) -> bool:
        return not self.left


_WORDS: Final[Mapping[str, Words]] = {
    STOP: Words(
        "block",
        gettext_lazy("Asks to stop?"),
        gettext_lazy("Replies that may ask for no more mail. Read the answer, then say"),
    ),
    UNCERTAIN: Words(
        "warn",
        gettext_lazy("Was it sent?"),
        gettext_lazy("The mail server’s answer was lost. Open the lead to see what to look for"),
        gettext_lazy("No mail is uncertain: of each it is known whether it was sent."),
        gettext_lazy("All uncertain mails"),
    ),
    Section.RECALL: Words(
        "phone",
        gettext_lazy("Calls to return"),
        gettext_lazy("Agreed for today or earlier"),
        gettext_lazy("No calls to return today."),
        gettext_lazy("All calls to return"),
    ),
    Section.ACTION: Words(
        "clock",
        gettext_lazy("Next actions"),
        gettext_lazy("Overdue or due today"),
        gettext_lazy("Nothing is due today. Give your leads a next action, and it will appear here in time."),
        gettext_lazy("All next actions"),
    ),
    DRAFTS: Words(
        "draft",
        gettext_lazy("Drafts ready to send"),
        gettext_lazy("Checked: copy, paste into your mail, send, mark as sent"),
        gettext_lazy("No draft is waiting. Press D on the page of a lead to have one written."),
        gettext_lazy("All drafts"),
    ),
    Section.RISEN: Words(
        "up",
        gettext_lazy("Newly hot"),
        gettext_lazy("Not hot on the working day before"),
        gettext_lazy("Nobody has become hot since then. The hottest stand below."),
        gettext_lazy("All that became hot"),
    ),
    Section.COOLING: Words(
        "down",
        gettext_lazy("Cooling off"),
        gettext_lazy("Act now, or the interest is gone"),
        gettext_lazy("Nobody is cooling off. Well kept warm!"),
        gettext_lazy("All that cool off"),
    ),
    Section.HOTTEST: Words(
        "day",
        gettext_lazy("Hottest right now"),
        gettext_lazy("Highest temperature first"),
        gettext_lazy("No lead is warm right now. A mail or a call may change that."),
        gettext_lazy("All of them in the lead list"),
    ),
}
# what a section shows, in the words of a filter; what is due first
_SAME: Final[Mapping[Section, list[tuple[str, str]]]] = {
    Section.RECALL: [("c", "recall:reached"), ("sort", "recall")],
    Section.ACTION: [("c", "due:reached"), ("sort", "due")],
    Section.RISEN: [("c", "risen:yes")],
    Section.COOLING: [("c", "cooling:yes")],
}
_ORDER: Final[tuple[str, ...]] = (
    STOP, UNCERTAIN, Section.RECALL, Section.ACTION, DRAFTS, Section.RISEN, Section.COOLING, Section.HOTTEST,
)  # fmt: skip


def today(user: User, *, team: bool) -> Today:
    sees_drafts, may_send = user.has_perm("drafts.view_draft"), user.has_perm("drafts.send_draft")
    drafts = _drafts(user, team) if sees_drafts else None
    asked = stop_wishes.waiting(user, team=team, most=MOST) if sees_drafts else []
    also = [question.lead_id for question in asked[:ROWS] if question.lead_id]
    found = day.of(user, team=team, also=[*also, *_shown_first(drafts or [])])
    maker = _Maker(found)
    parts = {}
    for key in _ORDER:
        if isinstance(key, Section):
            parts[str(key)] = maker.part(key)
        elif key == STOP:
            if asked:
                parts[key] = maker.questions(asked, may_send)
        elif drafts is not None and (part := maker.drafts(key, drafts, may_send)):
            parts[key] = part
    return Today(team, found.now, parts)


def _drafts(user: User, team: bool) -> list[dict[str, Any]]:
    """Those this person asked for, or their teams'. Of the text only the subject, only if it is cleared.

    The uncertain ones first. What salesdash itself is about to send is nobody's work.
    """
    shown = Q(readable=True) | Q(outdated=True)
    goes_out = Exists(Delivery.objects.filter(draft=OuterRef("pk"), status=Delivery.Status.QUEUED))
    open_ones = Q(shown, ~goes_out, state__in=_UNFINISHED) | Q(state=State.UNCERTAIN)
    wanted = reading.titles_shown_to(user).filter(open_ones)
    mine = wanted if team else wanted.filter(requested_by=user)
    columns = (
        "pk", "lead_id", "language", "shown_subject", "state", "state_changed_at", "outdated", "purpose",
    )  # fmt: skip
    first = Case(When(state=State.UNCERTAIN, then=0), default=1)
    return list(mine.order_by(first, "-state_changed_at", "-pk").values(*columns)[:MOST])


def _of(key: str, drafts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [draft for draft in drafts if (draft["state"] == State.UNCERTAIN) == (key == UNCERTAIN)]


def _shown_first(drafts: list[dict[str, Any]]) -> list[int]:
    """Their leads: so many of each section are shown."""
    return [draft["lead_id"] for key in (UNCERTAIN, DRAFTS) for draft in _of(key, drafts)[:ROWS]]


class _Maker:
    def __init__(self, found: day.Day) -> None:
        self._day = found
        self._rows = RowMaker(found.rules.scale, found.now)
        self._say: Final[Mapping[Section, Callable[[Entry, Row, int], dict[str, Any]]]] = {
            Section.RECALL: self._recall,
            Section.ACTION: self._action,
            Section.RISEN: self._risen,
            Section.COOLING: self._cooling,
            Section.HOTTEST: self._hottest,
        }

    def part(self, section: Section) -> Part:
        return Part(
            section.value,
            _WORDS[section],
            self._url(section),
            [self._line(section, entry) for entry in self._entries(section)],
            self._day.count(section),
            open=section is not Section.HOTTEST,
        )

    def questions(self, asked: list[Question], may_send: bool) -> Part:
        shown = [question for question in asked[:ROWS] if question.lead_id in self._day.leads]
        return Part(
            STOP,
            _WORDS[STOP],
            "",
            [self._question(question, may_send) for question in shown],
            Count(min(len(asked), MOST - 1), len(asked) >= MOST),
        )

    def _question(self, question: Question, may_send: bool) -> Line:
        row = self._rows.make(self._day.leads[question.lead_id or 0])
        return Line(
            f"reply-{question.pk}",
            row,
            f"{row.url}#draft",
            question.address,
            note=str(_("replied")),
            note_when=Moment.ago(question.at, self._day.now) if question.at else None,
            reply=question.pk if may_send else "",
        )

    def drafts(self, key: str, drafts: list[dict[str, Any]], may_send: bool) -> Part | None:
        """None where no mail is uncertain: that is the rule, and not worth a section."""
        found = _of(key, drafts)
        if key == UNCERTAIN and not found:
            return None
        line = self._uncertain if key == UNCERTAIN else self._draft
        query = [("tab", key)] if key == UNCERTAIN else []
        query += [("who", "team")] if self._day.team else []
        return Part(
            key,
            _WORDS[key],
            f"{reverse('drafts:index')}?{query_string(*query)}".rstrip("?"),
            [line(draft, may_send) for draft in found[:ROWS] if draft["lead_id"] in self._day.leads],
            # together they were cut off at MOST
            Count(min(len(found), MOST - 1), len(drafts) >= MOST and found[-1] is drafts[-1]),
        )

    def _uncertain(self, draft: dict[str, Any], may_send: bool) -> Line:
        row = self._rows.make(self._day.leads[draft["lead_id"]])
        return Line(
            f"draft-{draft['pk']}",
            row,
            f"{row.url}#draft",
            str(Purpose(draft["purpose"]).label),
            note_when=Moment.ago(draft["state_changed_at"], self._day.now),
            draft=draft["pk"] if may_send else None,
            uncertain=True,
        )

    def _draft(self, draft: dict[str, Any], may_send: bool) -> Line:
        row = self._rows.make(self._day.leads[draft["lead_id"]])
        handed, outdated = draft["state"] not in _READY, draft["outdated"]
        again = outdated and not handed
        return Line(
            f"draft-{draft['pk']}",
            row,
            f"{row.url}#draft",
            str(CHECKING_AGAIN) if again else draft["shown_subject"],
            note=str(_("copied")) if handed else str(_("by new safety rules")) if again else "",
            handed=handed,
            note_when=None if again else Moment.ago(draft["state_changed_at"], self._day.now),
            language="" if again else draft["language"],
            draft=draft["pk"] if may_send and not again else None,
        )

    def _entries(self, section: Section) -> list[Entry]:
        shown = self._day.shown(section)
        return [entry for entry in shown if entry.lead_id in self._day.leads]

    def _line(self, section: Section, entry: Entry) -> Line:
        value = self._day.leads[entry.lead_id]
        row = self._rows.make(value)
        shown = int(float(row.t or 0) + 1e-6)
        phone = "" if value["do_not_contact"] or section is Section.ACTION else value["phone"]
        said = self._say[section](entry, row, shown)
        return Line(f"{section}-{row.id}", row, row.url, phone=phone, **said)

    def _url(self, section: Section) -> str:
        """The table with the conditions that say the same."""
        owner = [] if self._day.team else [("owner", "me")]
        conditions = [("min_t", str(round(self._day.rules.scale.bands[Band.WARM])))]
        if section is not Section.HOTTEST:
            conditions = _SAME[section]
        return f"{reverse('leads:index')}?{query_string(*owner, *conditions)}"

    # --- why a lead is here --------------------------------------------------------------------

    def _recall(self, entry: Entry, row: Row, _shown: int) -> dict[str, Any]:
        return {"why": _("Call back"), "when": self._due(entry.at), **_last(row)}

    def _action(self, entry: Entry, row: Row, _shown: int) -> dict[str, Any]:
        return {"why": row.next_action or _("Next action"), "when": self._due(entry.at)}

    def _risen(self, entry: Entry, row: Row, shown: int) -> dict[str, Any]:
        since = _day_word(self._day.since, self._day.now)
        return {
            "why": _("%(was)d → %(now)d since %(day)s")
            % {"was": int(entry.was or 0), "now": shown, "day": since},
            **_last(row),
        }

    def _cooling(self, entry: Entry, row: Row, shown: int) -> dict[str, Any]:
        said = _("%(was)d → %(now)d") % {"was": int(entry.was or 0), "now": shown}
        quiet = (self._day.now - entry.at).days if entry.at else None
        if quiet is None or quiet < 2:
            return {"why": said, **_last(row)}
        note = ngettext("nothing for %(n)d day", "nothing for %(n)d days", quiet) % {"n": quiet}
        return {"why": said, "note": note}

    @staticmethod
    def _hottest(_entry: Entry, row: Row, _shown: int) -> dict[str, Any]:
        untouched = str(_("nobody has contacted them yet")) if row.stage == Stage.NEW else row.stage_label
        return {"why": row.last_label or row.stage_label, "when": row.last, "note": untouched}

    def _due(self, at: datetime | None) -> Moment | None:
        return Moment.due(at, self._day.now) if at else None


def _last(row: Row) -> dict[str, Any]:
    return {"note": row.last_label, "note_when": row.last}


def _day_word(since: datetime, now: datetime) -> str:
    """`yesterday`, or the day before a weekend by its name."""
    yesterday = timezone.localtime(now).date() - timedelta(days=1)
    return str(_("yesterday")) if timezone.localtime(since).date() == yesterday else times.day(since, now)


def texts() -> dict[str, str]:
    """What static/js/day.js says."""
    return {"day_news": _("There is something new")}
