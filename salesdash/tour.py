"""The tour of the first sign-in: five steps per role, the same on the card and on the help page.

That a person has seen it is kept in `User.preferences`, so it does not come back on another computer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from salesdash import roles
from salesdash.links import DAY, DRAFTS, KPIS, LEADS, QUEUE, Link
from salesdash.models import User
from salesdash.roles import Role

SEEN: Final = "tour_seen_at"
Text = str | Promise


@dataclass(frozen=True)
class Step:
    """`targets`: names of `data-tour` marks, best first; the first that is visible is pointed at."""

    title: Text
    text: Text
    targets: str = ""
    link: Link | None = None


_MENU: Final = Step(
    _("Everything else is in the account menu"),
    _(
        "Help with a 30-minute guide, this tour again, your settings, and a form to tell us what is missing. "
        "The key ? lists all keys."
    ),
    targets="menu",
    link=Link("help", _("To the help page")),
)
_REP: Final = (
    Step(
        _("Start at the top"),
        _(
            "The list is sorted by temperature: how strongly a lead is interested right now. It changes "
            "while you look, and rows never jump under your hand."
        ),
        targets="temperature nav-leads",
        link=LEADS,
    ),
    Step(
        _("Open a lead"),
        _(
            "A click on the name, or Enter, shows why the lead is hot, what to do next, and everything that "
            "happened. A call is logged there in two clicks."
        ),
        targets="open nav-leads",
    ),
    Step(
        _("Let the first mail be written"),
        _(
            "On the page of a lead, a button (or D) asks for a draft. It is checked before you see it; then "
            "you copy it, send it from your own mail program and mark it as sent. The drafts page collects "
            "them all."
        ),
        targets="draft nav-drafts",
        link=DRAFTS,
    ),
    Step(
        _("Begin each day here"),
        _(
            "My day collects the calls to return, what is due, who has become hot, who is cooling off, and "
            "the drafts to send. The bell tells you of it while you work."
        ),
        targets="nav-day bell",
        link=DAY,
    ),
    _MENU,
)
_REVIEWER: Final = (
    Step(
        _("Your work waits in the review queue"),
        _("Drafts that a check stopped wait there for you. The red number says how many."),
        targets="nav-review",
        link=QUEUE,
    ),
    Step(
        _("Take the first one"),
        _(
            "The riskiest and oldest stand at the top. Whoever opens a draft holds it for a while, so two "
            "people never decide about the same one."
        ),
        link=QUEUE,
    ),
    Step(
        _("Read what was marked"),
        _(
            "Passages that a check objected to are numbered and highlighted, with its reason beside them. "
            "Dotted lines lead to the fact that a sentence rests on."
        ),
        link=QUEUE,
    ),
    Step(
        _("Decide by keyboard"),
        _(
            "A and then Enter approves, R rejects, G has it written anew, E passes it on, N goes to the "
            "next. One key alone never approves anything."
        ),
        link=QUEUE,
    ),
    _MENU,
)
_MANAGER: Final = (
    Step(
        _("Your team's leads, hottest first"),
        _(
            "The list is sorted by temperature: how strongly a lead is interested right now. Look for hot "
            "leads that nobody has called."
        ),
        targets="temperature nav-leads",
        link=LEADS,
    ),
    Step(
        _("See what must not wait"),
        _(
            "My day shows for the whole team who has become hot, who is cooling off and what is overdue, "
            "with the owner of each. In the list, the filter shows the leads of one owner, or those without "
            "one."
        ),
        targets="nav-day filter",
        link=DAY,
    ),
    Step(
        _("Follow the drafts"),
        _(
            "What is ready, what waits for a reviewer and what was sent, for the whole team. Nothing leaves "
            "before it has passed every check or a reviewer has let it pass."
        ),
        targets="nav-drafts",
        link=DRAFTS,
    ),
    Step(
        _("See whether it pays"),
        _(
            "The KPIs set generated mail against hand-written mail, and cost against margin, and say plainly "
            "when there is not enough data for a verdict."
        ),
        targets="nav-kpis",
        link=KPIS,
    ),
    _MENU,
)
STEPS: Final = {Role.REP: _REP, Role.REVIEWER: _REVIEWER, Role.MANAGER: _MANAGER}


def for_role(role: Role, user: User) -> list[dict[str, object]]:
    """The steps ready to print; `url` is empty where the person may not go."""
    return [
        {
            "title": step.title,
            "text": step.text,
            "targets": step.targets,
            "url": step.link.url_for(user) if step.link else "",
            "label": step.link.label if step.link else "",
        }
        for step in STEPS[role]
    ]


def pending(user: User) -> Callable[[], list[dict[str, object]]] | None:
    """The steps still to be shown, worked out only by a page that draws them; None if already seen."""
    return None if SEEN in user.preferences else cache(lambda: for_role(roles.guide_of(user), user))


def mark_seen(*, user: User) -> None:
    """Finished or skipped."""
    _remember(user, timezone.now().isoformat(timespec="seconds"))


def restart(*, user: User) -> None:
    """The next page with the frame shows the tour again."""
    _remember(user, None)


@transaction.atomic
def _remember(user: User, seen_at: str | None) -> None:
    person = User.objects.select_for_update().only("preferences").get(pk=user.pk)
    others = {key: value for key, value in person.preferences.items() if key != SEEN}
    person.preferences = others | ({SEEN: seen_at} if seen_at else {})
    person.save(update_fields=["preferences"])
