"""The tabs above the table: what everybody has, one's own views, then those that others share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.utils.functional import Promise

from leads import saved_views
from leads.counting import Count, capped
from leads.models import SavedView
from leads.table import LeadTable

# with more than this, the rest is in a menu; the keys 1 to 9 reach all of them
MOST_TABS: Final = 9
COUNT_SECONDS: Final = 60
COUNT_WITHIN_MS: Final = 2000


@dataclass(frozen=True, slots=True)
class Tab:
    """`pk` empty: one that everybody has, named `preset`. `count` None: asked for by the page."""

    label: str | Promise
    query: str
    current: bool
    count: Count | None = None
    pk: str = ""
    is_own: bool = False
    owner: str = ""
    key: str = ""
    preset: str = ""


def context(table: LeadTable) -> dict[str, Any]:
    """What the tabs' template needs."""
    preset_key = table.preset_key
    everybody = [
        Tab(
            preset.label,
            table.tab_query(preset),
            preset.key == preset_key,
            table.counts[preset.key],
            preset=preset.key,
        )
        for preset in table.presets
    ]
    above = [view for view in table.views if view.pinned or view == table.view]
    kept = _kept(table, above)
    pinned = [_tab(table, view, kept.get(view.pk)) for view in above]
    rest = [_tab(table, view) for view in table.views if view not in above]
    shown = [*everybody, *pinned]
    keyed = [replace(tab, key=str(place)) for place, tab in enumerate(shown[:MOST_TABS], 1)]
    over = [tab for tab in shown[MOST_TABS:] if tab.current]
    return {
        "tabs": [*keyed, *over],
        "more_tabs": [*(tab for tab in shown[MOST_TABS:] if not tab.current), *rest],
        "view": table.view,
        "is_own_view": bool(table.view and table.view.owner_id == table.user.pk),
        "is_dirty": table.is_dirty,
        "view_query": saved_views.query_of(table.view) if table.view else "",
        "is_new": not table.view and not preset_key and bool(table.filter.items or table.sort_text),
    }


def counts(table: LeadTable) -> dict[str, str]:
    """By name of the preset or id of the view, as shown, and kept; views that take too long are left out."""
    found = table.count_presets()
    wanted = {str(view.pk): view for view in table.views if view.pinned}
    for pk, count in _counted(table, wanted):
        cache.set(_key(table, wanted[pk]), count, COUNT_SECONDS)
        found[pk] = count
    return {name: str(count) for name, count in found.items()}


def _counted(table: LeadTable, views: dict[str, SavedView]) -> Iterable[tuple[str, Count]]:
    querysets = {pk: table.leads(saved_views.condition_of(view)) for pk, view in views.items()}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(COUNT_WITHIN_MS)])
            return capped(querysets).items()
    except OperationalError:
        return []


def _kept(table: LeadTable, views: list[SavedView]) -> dict[int, Count]:
    """What `counts` found within the last minute, by id of the view; asked for at once."""
    keys = {_key(table, view): view.pk for view in views}
    return {keys[key]: count for key, count in cache.get_many(keys).items()} if keys else {}


def _tab(table: LeadTable, view: SavedView, count: Count | None = None) -> Tab:
    return Tab(
        view.name,
        saved_views.query_of(view),
        view == table.view,
        count,
        str(view.pk),
        view.owner_id == table.user.pk,
        str(view.owner) if view.owner_id != table.user.pk else "",
    )


def _key(table: LeadTable, view: SavedView) -> str:
    text = json.dumps(view.query, sort_keys=True, ensure_ascii=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"view:{table.user.pk}:{view.pk}:{digest}"
