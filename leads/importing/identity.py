"""Which row is which lead: an id of the other system, else the mail address, else what the row says.

A row that has neither gets an id made from its contents: `row:<32 hex digits>:<n>`, where n counts rows of
one file that are identical in every cell. So no row is lost, and the same file read again, in any order of
rows or columns and under any mapping, meets the same leads. A row whose text changed is a new lead.

Two rows of one file that share an id or an address but name different people are not one lead: it is a
shared mailbox, or a customer's number in place of a contact's. The second is refused.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final

import numpy as np

from leads.folding import company_key, fold
from leads.importing import fields, people
from leads.importing.fields import Field
from leads.importing.mapping import Mapping
from leads.importing.rows import Reason, Row

CONTENT_PREFIX: Final = "row:"
_MORE_THAN_AN_ADDRESS: Final = re.compile("[<>:\\s]")


class Identities:
    """What one file says about who is who; `learn` once, then `identify` every row in order."""

    def __init__(self, mapping: Mapping) -> None:
        headers = mapping.headers
        # what our own list of rejected rows added does not change what a row is
        ours = [i for i, header in enumerate(headers) if fields.by_header(header) != Field.SKIP]
        self._order = sorted(ours, key=lambda i: headers[i])
        self._headers = blake2b("\x1f".join(headers[i] for i in self._order).encode(), digest_size=16)
        self._width = len(headers)
        self._id_column = mapping.index_of(Field.EXTERNAL_ID)
        self._email_column = mapping.index_of(Field.EMAIL)
        self._repeated: frozenset[int] = frozenset()
        self._seen: Counter[bytes] = Counter()
        self._names: dict[bytes, str] = {}

    def learn(self, rows: Iterable[Sequence[str]]) -> None:
        """One pass over all rows, 16 bytes each at most, to know which ids, addresses and contents repeat."""
        marks = array("Q")
        for cells in rows:
            if len(cells) < self._width:
                continue
            keys = [key for key in (_cell(cells, self._id_column), self._email(cells)) if key]
            marks.extend(_mark(_key_digest(key)) for key in keys)
            if not keys:
                marks.append(_mark(self._digest(cells)))
        ordered = np.sort(np.array(marks, dtype=np.uint64))
        self._repeated = frozenset(ordered[1:][ordered[1:] == ordered[:-1]].tolist())

    def identify(self, row: Row) -> Reason | None:
        """Gives a row without id and address its content id.

        Returns a reason if an earlier row with the same id or address names somebody else.
        """
        keys = [key for name in ("external_id", "email") if (key := row.lead.get(name))]
        if not keys:
            row.content_id = self._content_id(row.cells)
            return None
        digests = [digest for key in keys if _mark(digest := _key_digest(key)) in self._repeated]
        name = _name(row) if digests else ""
        if any(name and self._names.get(digest, name) != name for digest in digests):
            return Reason.REPEATED
        for digest in digests if name else []:
            self._names.setdefault(digest, name)
        return None

    def _content_id(self, cells: Sequence[str]) -> str:
        digest, occurrence = self._digest(cells), 1
        if _mark(digest) in self._repeated:
            self._seen[digest] += 1
            occurrence = self._seen[digest]
        return f"{CONTENT_PREFIX}{digest.hex()}:{occurrence}"

    def _email(self, cells: Sequence[str]) -> str:
        """The address as the row will have it; the common case without the cost of checking it."""
        cell = cells[self._email_column].strip() if self._email_column is not None else ""
        if cell.isascii() and not _MORE_THAN_AN_ADDRESS.search(cell):
            return cell if "@" in cell else ""
        return people.email(fields.clean(cell)) or ""

    def _digest(self, cells: Sequence[str]) -> bytes:
        digest = self._headers.copy()
        digest.update("\x1f".join([cells[i].strip() for i in self._order]).encode())
        return digest.digest()


def _cell(cells: Sequence[str], column: int | None) -> str:
    return fields.clean(cells[column]) if column is not None and column < len(cells) else ""


def _key_digest(key: str) -> bytes:
    return blake2b(key.lower().encode(), digest_size=16, person=b"key").digest()


def _mark(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big")


def _name(row: Row) -> str:
    """The person, or else the company; '' where the row names neither."""
    person = row.lead.get("family_name", "") + row.lead.get("given_name", "")
    return fold(person) if person else company_key(str(row.company.get("name", "")))
