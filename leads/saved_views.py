"""Saved views: named filters of a person, shared with a team or not. Only the owner changes one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from leads.conditions.tree import write_names
from leads.filters import LeadFilter, query_string
from leads.models import SavedView
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User
from salesdash.numbers import whole
from salesdash.statements import Plan, Statement, Written

MOST_VIEWS: Final = 50
# how long a deleted view can be brought back
kept: Final = timedelta(days=1)
_VIEWS: Final = Written[Statement[SavedView]]()


def find(user: User, text: str | None) -> SavedView | None:
    """The view that `v=…` in a URL names, if this person may see it. One statement for all of theirs."""
    pk = whole(text or "")
    return next((view for view in of(user) if view.pk == pk), None) if pk else None


def of(user: User) -> list[SavedView]:
    """One's own in their order, then those that others share."""

    def write() -> Statement[SavedView]:
        return Statement(SavedView.objects.visible_to(user).select_related("owner"), Plan.VALUES_ASIDE)

    views = _VIEWS.get(user.reach, write).rows()
    return sorted(views, key=lambda view: (view.owner_id != user.pk, view.position, view.pk))


def stored(condition: LeadFilter) -> dict[str, list[str]]:
    """As `SavedView.query` holds it. What was searched for is not part of a view."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in condition.pairs():
        if name != "q":
            found[name].append(value)
    return dict(found)


def create(
    *,
    user: User,
    name: str,
    condition: LeadFilter,
    sort: str = "",
    columns: Sequence[str] = (),
    team_id: int | None = None,
    pinned: bool = True,
) -> SavedView:
    """Raises DomainError: view_name, view_name_taken, view_team, too_many_views."""
    own = SavedView.objects.alive().filter(owner=user)
    places = list(own.values_list("position", flat=True))
    if len(places) >= MOST_VIEWS:
        raise DomainError("too_many_views", _("You have 50 views. Please delete one first."))
    view = SavedView(
        owner=user,
        name=_name(name),
        query=stored(condition),
        sort=sort,
        columns=list(columns),
        team_id=_team(user, team_id),
        pinned=pinned,
        position=max(places, default=-1) + 1,
    )
    _save(view)
    return view


def edit(*, user: User, view_id: int, name: str, team_id: int | None, pinned: bool) -> SavedView:
    """Name, sharing, tab or menu. Raises DomainError, as `create` and `own` do."""
    with transaction.atomic():
        view = own(user=user, view_id=view_id, lock=True)
        view.name, view.team_id, view.pinned = _name(name), _team(user, team_id, view.team_id), pinned
        _save(view)
    return view


def save_over(
    *, user: User, view_id: int, condition: LeadFilter, sort: str, columns: Sequence[str]
) -> SavedView:
    """The view shows from now on what the table shows. Raises DomainError."""
    with transaction.atomic():
        view = own(user=user, view_id=view_id, lock=True)
        view.query, view.sort, view.columns = stored(condition), sort, list(columns)
        view.save(update_fields=["query", "sort", "columns", "updated_at"])
    return view


class Changes(TypedDict, total=False):
    """What of a view may be said anew by itself."""

    name: str
    team_id: int | None
    pinned: bool
    condition: LeadFilter
    sort: str
    columns: Sequence[str]


def change(*, user: User, view_id: int, version: int, **changes: Unpack[Changes]) -> SavedView:
    """What is named becomes so, all else stays. Raises DomainError: `stale` beside those of `edit`."""
    with transaction.atomic():
        view = own(user=user, view_id=view_id, lock=True)
        _refuse_stale(view, version)
        if "name" in changes:
            view.name = _name(changes["name"])
        if "team_id" in changes:
            view.team_id = _team(user, changes["team_id"], view.team_id)
        if "condition" in changes:
            view.query = stored(changes["condition"])
        view.pinned = changes.get("pinned", view.pinned)
        view.sort = changes.get("sort", view.sort)
        view.columns = list(changes.get("columns", view.columns))
        _save(view)
    return view


def _refuse_stale(view: SavedView, version: int) -> None:
    if view.version != version:
        message = _("This view was changed meanwhile. Please look at it again.")
        raise ConflictError("stale", message, {"version": view.version})


def delete(*, user: User, view_id: int, version: int | None = None) -> SavedView:
    """It can be brought back for a day. Raises DomainError; `stale` where a version is named."""
    now = timezone.now()
    with transaction.atomic():
        view = own(user=user, view_id=view_id, lock=True)
        if version is not None:
            _refuse_stale(view, version)
        view.deleted_at = now
        view.save(update_fields=["deleted_at", "updated_at"])
    SavedView.objects.filter(owner=user, deleted_at__lt=now - kept).delete()
    return view


def restore(*, user: User, view_id: int) -> SavedView:
    """Raises DomainError: view_gone, view_name_taken."""
    view = SavedView.objects.filter(pk=view_id, owner=user).first()
    if view is None:
        raise gone()
    view.deleted_at = None
    _save(view)
    return view


def move(*, user: User, view_id: int, by: int) -> None:
    """One place to the left (−1) or right (1) among one's own. Raises DomainError."""
    own(user=user, view_id=view_id)
    ids = list(SavedView.objects.alive().filter(owner=user).values_list("pk", flat=True))
    place = ids.index(view_id)
    ids.insert(max(0, place + by), ids.pop(place))
    reorder(user=user, ids=ids)


def reorder(*, user: User, ids: Iterable[int]) -> None:
    """One's own views in this order; what is not named keeps its place behind them."""
    with transaction.atomic():
        mine = {view.pk: view for view in SavedView.objects.alive().filter(owner=user).select_for_update()}
        named = [mine.pop(pk) for pk in dict.fromkeys(ids) if pk in mine]
        for place, view in enumerate([*named, *mine.values()]):
            view.position = place
        SavedView.objects.bulk_update([*named, *mine.values()], ["position"])


def own(*, user: User, view_id: int, lock: bool = False) -> SavedView:
    """A view that this person may change. Raises DomainError: view_gone, view_not_yours."""
    views = SavedView.objects.visible_to(user).select_related("owner")
    view = (views.select_for_update(of=("self",)) if lock else views).filter(pk=view_id).first()
    if view is None:
        raise gone()
    if view.owner_id != user.pk:
        raise DomainError(
            "view_not_yours",
            _("This view belongs to %(name)s. Save it as a view of your own to change it.")
            % {"name": view.owner},
            status=403,
        )
    return view


def _name(text: str) -> str:
    name = " ".join(text.replace("\0", "").encode("utf-8", "ignore").decode().split())
    if not name:
        raise DomainError("view_name", _("Please give the view a name."))
    if len(name) > 60:
        raise DomainError("view_name", _("The name may have 60 characters at most."))
    return name


def _team(user: User, team_id: int | None, before: int | None = None) -> int | None:
    if team_id is None or team_id == before or team_id in user.team_ids:
        return team_id
    raise DomainError("view_team", _("A view can be shared with one of your own teams."))


def _save(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise DomainError(
            "view_name_taken", _("You already have a view of this name."), {"name": view.name}, status=409
        ) from None


def gone() -> DomainError:
    """What is said of a view that is none, or none for this person."""
    return DomainError("view_gone", _("This view does not exist any more."), status=404)


def condition_of(view: SavedView) -> LeadFilter:
    """What it shows; like a URL, read without ever failing."""
    raw: Any = view.query if isinstance(view.query, dict) else {}
    lists = {str(k): [str(v) for v in values] for k, values in raw.items() if isinstance(values, list)}
    return LeadFilter.from_query(MultiValueDict(lists))


def query_of(view: SavedView) -> str:
    """As it is saved, spelt out: the address can be shared with those who do not see the view."""
    pairs = list(condition_of(view).pairs())
    if view.sort:
        pairs.append(("sort", view.sort))
    if view.columns:
        pairs.append(("cols", write_names(view.columns)))
    return query_string(*(pairs or [("view", "all")]), ("v", str(view.pk)))
