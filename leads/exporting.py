"""The rows of the lead table as a file: the same filter, the same order, streamed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.export import Cell
from leads.models import Industry, Lead, Stage
from leads.rows import activity_label
from leads.table import LeadTable
from leads.temperature import Scale
from salesdash.formatting import names

CHUNK_ROWS: Final = 1000
_COLUMNS: Final = {
    "company_name": F("company__name"),
    "industry": F("company__industry"),
    "region": F("company__region"),
    "owner_family": F("owner__last_name"),
    "owner_given": F("owner__first_name"),
    "owner_username": F("owner__username"),
    "team_name": F("team__name"),
    "rank": F("score__rank"),
    "fit_factor": F("score__fit_factor"),
    "fit": F("score__fit"),
    "last_at": F("score__last_activity_at"),
    "last_type": F("score__last_activity_type"),
}
_FIELDS: Final = (
    "id", "external_id", "department", "title", "family_name", "given_name", "family_kana", "given_kana",
    "email", "phone", "stage", "next_action", "next_action_due_at", "do_not_contact", "created_at",
)  # fmt: skip


def header() -> list[str]:
    """In the language of the person who asks; the import knows these names again."""
    return [
        _("External id"), _("Company name"), _("Industry"), _("Region"), _("Department"), _("Job title"),
        _("Family name"), _("Given name"), _("Family name in kana"), _("Given name in kana"),
        _("E-mail"), _("Phone"), _("Stage"), _("Owner"), _("Team"), _("Temperature"), _("Fit"),
        _("Next action"), _("Due"), _("Last activity"), _("Last activity at"), _("Do not contact"),
        _("Since"),
    ]  # fmt: skip


def rows(table: LeadTable, ids: Sequence[int]) -> Iterator[list[Cell]]:
    """In the order of `ids`; what was deleted meanwhile is left out, what changed is shown as it is now."""
    for start in range(0, len(ids), CHUNK_ROWS):
        chunk = ids[start : start + CHUNK_ROWS]
        leads = Lead.objects.visible_to(table.user).filter(pk__in=chunk, score__isnull=False)
        found = {value["id"]: value for value in leads.annotate(**_COLUMNS).values(*_FIELDS, *_COLUMNS)}
        yield from (_row(found[pk], table.scale, table.now) for pk in chunk if pk in found)


def _row(value: dict[str, Any], scale: Scale, now: datetime) -> list[Cell]:
    return [
        value["external_id"], value["company_name"], str(Industry(value["industry"]).label), value["region"],
        value["department"], value["title"], value["family_name"], value["given_name"],
        value["family_kana"], value["given_kana"], value["email"], value["phone"],
        str(Stage(value["stage"]).label), _owner(value), value["team_name"],
        int(scale.temperature(value["rank"], now) + 1e-6) if value["fit_factor"] else "", value["fit"],
        value["next_action"], _time(value["next_action_due_at"]),
        activity_label(value["last_type"]), _time(value["last_at"]),
        _("yes") if value["do_not_contact"] else "", _time(value["created_at"]),
    ]  # fmt: skip


def _owner(value: dict[str, Any]) -> str:
    name = names.full_name(value["owner_family"] or "", value["owner_given"] or "")
    return name or value["owner_username"] or ""


def _time(value: datetime | None) -> str:
    """In the person's zone, as a spreadsheet reads it."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""
