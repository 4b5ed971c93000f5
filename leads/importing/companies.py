"""The companies of a batch: one per team and name; two of one name stay apart by their corporate numbers."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime

from leads.folding import company_key
from leads.importing import statements
from leads.importing.merging import merge_company
from leads.importing.rows import Row
from leads.models import Company, Industry


def _numbered(key: str, number: str) -> str:
    """The key of the second company of a name."""
    return f"{key[:180]}#{number}"


class CompanyBatch:
    """`of` for each accepted row in order, then `save`, which gives new companies their ids."""

    def __init__(self, rows: Sequence[Row], *, team_id: int, spoken: Set[str]) -> None:
        self._team_id = team_id
        # keys of the companies that an earlier row of the file has spoken about
        self._spoken = spoken
        keys = set()
        for row in rows:
            key, number = self._key(row), str(row.company.get("corporate_number", ""))
            keys |= {key, _numbered(key, number)} if number else {key}
        existing = Company.objects.filter(team_id=team_id, name_key__in=keys).order_by("pk")
        existing = existing.select_for_update().only(*statements.COMPANY_COLUMNS)
        self._by_key = {company.name_key: company for company in existing}
        self._changed: dict[int, Company] = {}
        self.spoken_now: set[str] = set()
        self.renamed: set[int] = set()

    @staticmethod
    def _key(row: Row) -> str:
        name = str(row.company.get("name", ""))
        return company_key(name) if name else ""

    def of(self, row: Row) -> tuple[Company, bool]:
        """The company of a row, and whether the row brought something new about one that exists.

        A row without a company belongs to the team's company without a name.
        """
        company = self._resolve(row)
        names = (company.name_kana, company.name_en)
        key = company.name_key
        changed = merge_company(company, row, only_blanks=key in self._spoken or key in self.spoken_now)
        self.spoken_now.add(key)
        if company.pk is None or not changed:
            return company, False
        self._changed[company.pk] = company
        if names != (company.name_kana, company.name_en):
            self.renamed.add(company.pk)
        return company, True

    def _resolve(self, row: Row) -> Company:
        key, number = self._key(row), str(row.company.get("corporate_number", ""))
        company = self._by_key.get(key)
        if company and number and company.corporate_number not in ("", number):
            key = _numbered(key, number)
            company = self._by_key.get(key)
        if company is None:
            company = Company(
                team_id=self._team_id, name=row.company.get("name", ""), name_key=key, industry=Industry.OTHER
            )
            self._by_key[key] = company
        return company

    def save(self, now: datetime) -> None:
        statements.insert_companies(
            [company for company in self._by_key.values() if company.pk is None], self._team_id, now
        )
        statements.update_companies(list(self._changed.values()), now)

    @property
    def changed_ids(self) -> list[int]:
        return sorted(self._changed)
