"""The drafts page: what is ready to send first, then what is under way, sent, or stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from drafts import stages
from drafts.listing import TABS, DraftList
from drafts.models import Delivery, Draft, State
from drafts.review import RejectCode
from drafts.stages import CHECKING_AGAIN, Kind
from drafts.tracking import tallies
from drafts.tracking.tallies import Tally
from leads import rules
from leads.live_texts import live_texts
from salesdash.htmx import HtmxRequest, wants_partial

_TONES = {
    State.READY: "ok",
    State.APPROVED: "ok",
    State.SCHEDULED: "info",
    State.IN_REVIEW: "warn",
    State.REJECTED: "danger",
    State.FAILED: "danger",
    State.UNCERTAIN: "danger",
}
_ICONS = {
    "ok": "check",
    "info": "copy",
    "warn": "eye",
    "danger": "warn",
}


@dataclass(frozen=True)
class Choice:
    label: str | Promise
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Row:
    draft: Draft
    # None for a lead that a rule leaves out of the ranking
    temperature: float | None
    band: str

    @cached_property
    def kind(self) -> Kind:
        draft: Any = self.draft
        return stages.kind_of(draft.state, outdated=draft.outdated)

    @property
    def came_back(self) -> bool:
        """Sent, and refused for good by the reader's server."""
        return bool(getattr(self.draft, "came_back", False))

    @property
    def tone(self) -> str:
        if self.came_back:
            return "danger"
        return "muted" if self.kind is Kind.RECHECK else _TONES.get(State(self.draft.state), "muted")

    @property
    def state(self) -> str:
        if self.came_back:
            return str(Delivery.Status.BOUNCED.label)
        return str(CHECKING_AGAIN if self.kind is Kind.RECHECK else self.draft.get_state_display())

    @property
    def icon(self) -> str:
        return _ICONS.get(self.tone, "")

    @property
    def tally(self) -> Tally | None:
        return None if self.came_back else tallies.read(getattr(self.draft, "tally", None))

    @property
    def note(self) -> str:
        """In place of a text that may not be shown."""
        code = self.draft.reject_code
        if self.draft.state == State.REJECTED and code in RejectCode.values:
            return str(RejectCode(code).label)
        if self.draft.state == State.UNCERTAIN:
            return self.draft.get_purpose_display()
        if self.kind is Kind.RECHECK:
            return _("The safety rules have changed. It comes back by itself.")
        return self.draft.error_message or str(stages.sentence(self.draft.state, self.kind))


@require_GET
@login_required
@permission_required("drafts.view_draft", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def index(request: HtmxRequest) -> HttpResponse:
    found = DraftList.from_query(request.GET, request.user)
    context = {
        "nav": "drafts",
        "live_texts": live_texts(),
        "list": found,
        "rows": _rows(found),
        # a right of its own, beside seeing them
        "decides": found.tab.key == "uncertain" and request.user.has_perm("drafts.send_draft"),
        "here": _url(found.query(page=found.page)),
        "tabs": [
            Choice(tab.label, _url(found.query(tab=tab)), tab is found.tab, found.counts.get(tab.key))
            for tab in TABS
        ],
        "people": [
            Choice(_("Mine"), _url(found.query(team=False)), not found.team),
            Choice(_("Team"), _url(found.query(team=True)), found.team),
        ],
        "previous_url": _url(found.query(page=found.page - 1)) if found.page > 1 else "",
        "next_url": _url(found.query(page=found.page + 1)) if found.has_next else "",
    }
    return render(request, "drafts/_list.html" if wants_partial(request) else "drafts/index.html", context)


def _rows(found: DraftList) -> list[Row]:
    if not found.rows:
        return []
    scale, now = rules.current().scale, timezone.now()
    rows = []
    for draft in found.rows:
        score = getattr(draft.lead, "score", None)
        temperature = scale.temperature(score.rank, now) if score else 0.0
        excluded = score is not None and score.fit_factor == 0
        rows.append(Row(draft, None if excluded else temperature, scale.band(temperature).key))
    return rows


def _url(query: str) -> str:
    return f"{reverse('drafts:index')}?{query}" if query else reverse("drafts:index")
