"""One batch of rows into the tables, by a handful of set-based statements.

The caller holds the transaction. A lead or company that somebody else creates at the same moment shows as
IntegrityError; the caller repeats the batch, which then meets it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from leads import locking, scoring
from leads.importing import statements
from leads.importing.companies import CompanyBatch
from leads.importing.mapping import Mapping
from leads.importing.matching import Matcher
from leads.importing.merging import Merger
from leads.importing.rows import Refused, Row
from leads.models import Company, Lead


@dataclass(slots=True)
class Tally:
    """What became of the rows of a batch: created + updated + unchanged + refused = rows given."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[Row, Refused]] = field(default_factory=list)


class Writer:
    """Writes the batches of one job, in order."""

    def __init__(self, mapping: Mapping, *, team_id: int, default_owner_id: int | None) -> None:
        self._team_id = team_id
        self._merger = Merger(mapping, default_owner_id=default_owner_id)
        self._spoken: set[str] = set()

    def write(self, rows: Sequence[Row]) -> Tally:
        now, tally = timezone.now(), Tally()
        statements.take_turns(self._team_id)
        matched = self._match(rows, tally)
        companies = CompanyBatch([row for row, _lead in matched], team_id=self._team_id, spoken=self._spoken)
        # an existing lead keeps its company where the row names none
        named = [
            companies.of(row) if row.company.get("name") or lead.pk is None else (None, False)
            for row, lead in matched
        ]
        companies.save(now)
        locking.hold_companies(company.pk for company, _news in named if company)
        dirty: dict[int, tuple[Lead, Company]] = {}
        for (row, lead), (company, news) in zip(matched, named, strict=True):
            changed = self._merger.merge(lead, row, company)
            new = lead.pk is None and id(lead) not in dirty
            if changed or new:
                dirty[id(lead)] = (lead, company or lead.company)
            tally.created += new
            tally.updated += (changed or news) and not new
            tally.unchanged += not (changed or news or new)
        self._save(dirty.values(), companies, self._team_id, now)
        # only now: a batch that fails is written again
        self._spoken |= companies.spoken_now
        return tally

    def _match(self, rows: Sequence[Row], tally: Tally) -> list[tuple[Row, Lead]]:
        matcher = Matcher(rows, team_id=self._team_id)
        matched = []
        for row in rows:
            found = matcher.find(row)
            if isinstance(found, Refused):
                tally.refused.append((row, found))
            else:
                matched.append((row, found))
        return matched

    @staticmethod
    def _save(
        dirty: Iterable[tuple[Lead, Company]], companies: CompanyBatch, team_id: int, now: datetime
    ) -> None:
        leads = []
        for lead, company in dirty:
            statements.index(lead, company)
            leads.append(lead)
        old = [lead for lead in leads if lead.pk is not None]
        # before the new ones: an address that one of these gave up may be theirs now
        statements.update_leads(old, now)
        statements.insert_leads([lead for lead in leads if lead.pk is None], team_id, now)
        reindex(companies.renamed)
        touched = Lead.objects.filter(company__in=companies.changed_ids).values_list("pk", flat=True)
        scoring.ensure(sorted({lead.pk for lead in leads}.union(touched)))


def reindex(company_ids: Collection[int]) -> None:
    """Make the leads of these companies searchable by the companies' new names."""
    if not company_ids:
        return
    leads = list(Lead.objects.filter(company__in=company_ids).select_related("company").order_by("pk"))
    now = timezone.now()
    for lead in leads:
        statements.index(lead, lead.company)
        lead.updated_at = now
    Lead.objects.bulk_update(leads, ["search_text", "search_grams", "updated_at"], batch_size=500)
