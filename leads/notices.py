"""A person's notifications in words: the newest first; many of one kind and day are told as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, F, Max, Q, Window
from django.db.models.functions import RowNumber, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import notifying
from leads.filters import query_string
from leads.models import Notification
from leads.models.notification import OFF, ON_DESKTOP, Kind, kinds_off
from leads.rows import Moment
from salesdash.formatting import names
from salesdash.models import Team, User

# of one kind and day so many are named; more are told as a number
NAMED: Final = 3
SHOWN_FOR: Final = timedelta(days=14)
MOST_GROUPS: Final = 60
# of a person's newest so many are looked through
MOST_READ: Final = 2000
ICONS: Final = {
    Kind.HOT: "up",
    Kind.REPLY: "reply",
    Kind.DRAFT_READY: "check",
    Kind.DRAFT_STOPPED: "eye",
    Kind.DRAFT_DECIDED: "review",
    Kind.REVIEW: "eye",
    Kind.MAIL_UNSENT: "warn",
    Kind.RECALL: "phone",
    Kind.ACTION: "clock",
    Kind.ASSIGNED: "user",
    Kind.DOMAIN: "mail",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One event, or `more` of them of one kind and day. `ids` are those that reading it marks as read."""

    id: int
    kind: str
    icon: str
    text: str
    name: str
    company: str
    url: str
    when: Moment
    unread: bool
    more: int = 0
    day: str = ""


def unread(user: User) -> int:
    """Not more than a hundred are counted."""
    return Notification.objects.shown_to(user).unread()[:100].count()


def recent(user: User, *, limit: int = MOST_GROUPS, now: datetime | None = None) -> list[Notice]:
    """One statement, however many there are."""
    now = now or timezone.now()
    return [_notice(row, now) for row in _rows(user, now)[:limit]]


def since(user: User, after: int, *, now: datetime | None = None) -> tuple[int, list[Notice]]:
    """(the highest id there is, the unread above `after`, grouped): what a browser may tell of."""
    now = now or timezone.now()
    newest = Notification.objects.filter(user=user).aggregate(last=Max("pk"))["last"] or 0
    if newest <= after:
        return newest, []
    rows = _rows(user, now, Q(pk__gt=after, read_at__isnull=True))
    return newest, [_notice(row, now) for row in rows[:NAMED]]


def mark_read(
    user: User, *, ids: Iterable[int] = (), kind: str = "", day: date | None = None, **which: Any
) -> int:
    """`ids`, a `kind` of a `day`, `lead=…`, or all of this person's if nothing is named."""
    wanted = Notification.objects.filter(user=user, **which).unread()
    if ids := list(ids):
        wanted = wanted.filter(pk__in=ids)
    if kind and day:
        wanted = wanted.annotate(day=TruncDate("at")).filter(kind=kind, day=day)
    with transaction.atomic():
        changed = wanted.update(read_at=timezone.now())
        if changed:
            notifying.announce(user.pk)
    return changed


@transaction.atomic
def choose(*, user: User, wanted: Sequence[str], on_desktop: bool) -> None:
    """Which kinds a person hears of, and whether the browser may tell of them."""
    person = User.objects.select_for_update().only("preferences").get(pk=user.pk)
    off = [kind for kind in Kind.values if kind not in wanted]
    person.preferences = person.preferences | {OFF: off, ON_DESKTOP: on_desktop}
    person.save(update_fields=["preferences"])


def chosen(user: User) -> tuple[list[str], bool]:
    off = kinds_off(user.preferences)
    return [kind for kind in Kind.values if kind not in off], bool(user.preferences.get(ON_DESKTOP, False))


def _rows(user: User, now: datetime, condition: Q | None = None) -> list[dict[str, Any]]:
    """The newest of each kind and day with how many there are; the first few of each where they are few."""
    same = [F("kind"), F("day")]
    newest = Notification.objects.filter(user=user, at__gte=now - SHOWN_FOR).order_by("-at")[:MOST_READ]
    shown = Notification.objects.shown_to(user).filter(condition or Q(), pk__in=newest.values("pk"))
    ranked = shown.annotate(day=TruncDate("at")).annotate(
        place=Window(RowNumber(), partition_by=same, order_by=[F("at").desc(), F("pk").desc()]),
        number=Window(Count("pk"), partition_by=same),
        unread=Window(Count("pk", filter=Q(read_at__isnull=True)), partition_by=same),
    )
    few = Q(number__lte=NAMED) | Q(place=1)
    rows: Iterable[Any] = (
        ranked.filter(few)
        .order_by("-at", "-pk")
        .values(
            "pk", "kind", "at", "read_at", "details", "day", "number", "unread", "lead_id",
            "lead__family_name", "lead__given_name", "lead__email", "lead__company__name",
            team_name=Team.shown_name("team"),
        )[:MOST_GROUPS]
    )  # fmt: skip
    return list(rows)


def _notice(row: dict[str, Any], now: datetime) -> Notice:
    kind = Kind(row["kind"])
    many = row["number"] > NAMED
    name = _name(row)
    return Notice(
        id=row["pk"],
        kind=kind.value,
        icon=ICONS[kind],
        text=_many(kind, row["number"]) if many else _one(kind, row),
        name="" if many else name,
        company="" if many else row["lead__company__name"] or "",
        url=_all_of(kind) if many else _place(kind, row),
        when=Moment.ago(row["at"], now),
        unread=bool(row["unread"]) if many else row["read_at"] is None,
        more=row["number"] if many else 0,
        day=row["day"].isoformat() if many else "",
    )


def _name(row: dict[str, Any]) -> str:
    if row["lead_id"] is None:
        return str(row["team_name"])
    name = names.full_name(row["lead__family_name"], row["lead__given_name"]) or row["lead__email"]
    return name or f"#{row['lead_id']}"


def _one(kind: Kind, row: dict[str, Any]) -> str:
    texts = {
        Kind.HOT: _("became hot"),
        Kind.REPLY: _("replied"),
        Kind.DRAFT_READY: _("The draft is ready to send"),
        Kind.DRAFT_STOPPED: _("A check stopped the draft; a reviewer looks at it"),
        Kind.DRAFT_DECIDED: _("A reviewer rejected the draft")
        if row["details"].get("state") == "rejected"
        else _("A reviewer approved the draft"),
        Kind.REVIEW: _review(row["details"]),
        Kind.MAIL_UNSENT: _unsent(str(row["details"].get("state"))),
        Kind.RECALL: _("Call back now"),
        Kind.ACTION: _("The next action is due"),
        Kind.ASSIGNED: _("%(name)s gave you this lead") % {"name": row["details"].get("by", "")},
        Kind.DOMAIN: _domain(row["details"]),
    }
    return texts[kind]


def _domain(details: dict[str, Any]) -> str:
    domain = {"domain": details.get("domain", "")}
    if details.get("confirmed"):
        return _("%(domain)s is confirmed: mail can be sent from it") % domain
    return _("%(domain)s is no longer confirmed: nothing is sent from it") % domain


def _review(details: dict[str, Any]) -> str:
    by = {"name": details.get("by", "")}
    if details.get("how") == "escalated":
        return _("%(name)s asks you to decide about a draft") % by
    return _("%(name)s gave you a draft to review") % by


def _unsent(state: str) -> str:
    if state == "uncertain":
        return _("It is not certain that your mail was sent: please look and decide")
    return _("The address does not exist") if state == "bounced" else _("Your mail was not sent")


def _many(kind: Kind, number: int) -> str:
    values = {"n": number}
    texts = {
        Kind.HOT: ngettext("%(n)d lead became hot", "%(n)d leads became hot", number),
        Kind.REPLY: ngettext("%(n)d lead replied", "%(n)d leads replied", number),
        Kind.DRAFT_READY: ngettext("%(n)d draft is ready", "%(n)d drafts are ready", number),
        Kind.DRAFT_STOPPED: ngettext("%(n)d draft was stopped", "%(n)d drafts were stopped", number),
        Kind.DRAFT_DECIDED: ngettext(
            "A reviewer decided about %(n)d draft", "A reviewer decided about %(n)d drafts", number
        ),
        Kind.REVIEW: ngettext(
            "%(n)d draft waits for your decision", "%(n)d drafts wait for your decision", number
        ),
        Kind.MAIL_UNSENT: ngettext(
            "%(n)d mail may not have been sent", "%(n)d mails may not have been sent", number
        ),
        Kind.RECALL: ngettext("%(n)d call to return", "%(n)d calls to return", number),
        Kind.ACTION: ngettext("%(n)d next action is due", "%(n)d next actions are due", number),
        Kind.ASSIGNED: ngettext("%(n)d lead was given to you", "%(n)d leads were given to you", number),
        Kind.DOMAIN: ngettext("%(n)d change to a sending domain", "%(n)d changes to sending domains", number),
    }
    return texts[kind] % values


def _place(kind: Kind, row: dict[str, Any]) -> str:
    if kind is Kind.REVIEW:
        return reverse("admin:drafts_reviewitem_change", args=[row["details"].get("draft", 0)])
    if kind is Kind.DOMAIN:
        return reverse("sending_domains")
    url = reverse("leads:detail", args=[row["lead_id"]])
    return f"{url}#draft" if kind.startswith("draft") else url


def _all_of(kind: Kind) -> str:
    if kind.startswith("draft"):
        tab = "?tab=review" if kind is Kind.DRAFT_STOPPED else ""
        return reverse("drafts:index") + tab
    if kind is Kind.DOMAIN:
        return reverse("sending_domains")
    if kind is Kind.REVIEW:
        return f"{reverse('admin:drafts_reviewitem_changelist')}?{query_string(('for', 'me'))}"
    if kind in (Kind.RECALL, Kind.ACTION):
        return f"{reverse('day')}?{query_string(('who', 'me'), ('show', kind.value))}"
    return f"{reverse('leads:index')}?{query_string(('owner', 'me'))}"
