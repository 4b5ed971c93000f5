"""The list of a rep's or a team's drafts: tabs by what is to be done, pages, counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from drafts import reading
from drafts.models import Delivery, Draft, State
from drafts.tracking import tallies
from salesdash.models import User

PAGE_ROWS: Final = 50
S = State


@dataclass(frozen=True)
class Tab:
    """`counted`: its number is small and worth knowing, so it is shown. `advice`: on its rows."""

    key: str
    label: Promise
    states: tuple[State, ...]
    nothing: Promise
    counted: bool = True
    advice: Promise | str = ""


TABS: Final = (
    Tab(
        "ready",
        _("Ready to send"),
        (S.READY, S.APPROVED, S.SCHEDULED),
        _("Nothing is waiting to be sent. Open a lead and have an ice-breaker written."),
    ),
    Tab(
        "uncertain",
        _("Uncertain"),
        (S.UNCERTAIN,),
        _("No mail is uncertain: of each it is known whether it was sent."),
        advice=_(
            "The mail server did not say whether it has these mails. salesdash sends none of them again by "
            "itself. Open one to see what to look for, then say here or there which it is. “It was not sent” "
            "makes it ready to be sent again."
        ),
    ),
    Tab(
        "working",
        _("Being written"),
        (S.QUEUED, S.GENERATING, S.CHECKING, S.REGENERATING, S.EDITING, S.SENDING),
        _("Nothing is being written right now."),
    ),
    Tab("review", _("In review"), (S.IN_REVIEW,), _("No draft is waiting for a reviewer.")),
    Tab("sent", _("Sent"), (S.SENT,), _("Nothing has been sent yet."), counted=False),
    Tab(
        "stopped",
        _("Rejected or failed"),
        (S.REJECTED, S.FAILED, S.EXPIRED),
        _("No draft was rejected, failed or expired."),
        counted=False,
    ),
)


@dataclass(frozen=True)
class DraftList:
    """What the address asks for: ?tab=…&who=team&page=2. Unknown values mean the first choice."""

    user: User
    tab: Tab
    team: bool
    page: int

    @classmethod
    def from_query(cls, query: QueryDict, user: User) -> DraftList:
        tab = next((tab for tab in TABS if tab.key == query.get("tab")), TABS[0])
        page = query.get("page", "1")
        number = min(max(int(page), 1), 10_000) if page.isdecimal() and len(page) < 6 else 1
        return cls(user, tab, query.get("who") == "team", number)

    @cached_property
    def counts(self) -> dict[str, int]:
        """One query for all tabs that show a number."""
        filters = {tab.key: Count("pk", filter=Q(state__in=tab.states)) for tab in TABS if tab.counted}
        states = [state for tab in TABS if tab.counted for state in tab.states]
        return self._mine(Draft.objects.visible_to(self.user)).filter(state__in=states).aggregate(**filters)

    @cached_property
    def rows(self) -> list[Draft]:
        return self._fetched[:PAGE_ROWS]

    @property
    def has_next(self) -> bool:
        return len(self._fetched) > PAGE_ROWS

    @cached_property
    def _fetched(self) -> list[Draft]:
        start = (self.page - 1) * PAGE_ROWS
        rows = self._mine(reading.titles_shown_to(self.user)).filter(state__in=self.tab.states)
        if State.SENT in self.tab.states:
            bounced = Delivery.objects.filter(draft=OuterRef("pk"), status=Delivery.Status.BOUNCED)
            rows = rows.annotate(tally=tallies.of_draft(), came_back=Exists(bounced))
        related = rows.select_related("lead__company", "lead__score", "requested_by", "claimed_by")
        slim = related.defer(
            "lead__search_grams", "lead__search_text", "lead__attributes", "lead__company__attributes",
            "lead__score__acc",
        )  # fmt: skip
        return list(slim.order_by("-created_at", "-pk")[start : start + PAGE_ROWS + 1])

    def _mine(self, drafts: QuerySet[Draft]) -> QuerySet[Draft]:
        return drafts if self.team else drafts.filter(requested_by=self.user)

    def query(self, *, tab: Tab | None = None, team: bool | None = None, page: int = 1) -> str:
        """The same list with something else chosen; defaults stay out of the address."""
        wanted = QueryDict(mutable=True)
        shown = tab or self.tab
        if shown is not TABS[0]:
            wanted["tab"] = shown.key
        if self.team if team is None else team:
            wanted["who"] = "team"
        if page > 1:
            wanted["page"] = str(page)
        return wanted.urlencode()
