"""Which row is which lead: an id of the other system, else the mail address, else what the row says.

A row that has neither gets an id made from its contents: `row:<32 hex digits>:<n>`, where n counts rows of
one file that are identical in every cell. So no row is lost, and the same file read again, in any order of
rows or columns and under any mapping, meets the same leads. A row whose text changed is a new lead.

Two rows of one file that share an id or an address but name different people are not one lead: it is a
shared mailbox, or a customer's number in place of a contact's. The second is refused.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import Final

from leads.folding import company_key, fold
from leads.importing import fields, people
from leads.importing.fields import Field
from leads.importing.mapping import Mapping
from leads.importing.rows import Reason, Row

CONTENT_PREFIX: Final = "row:"


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
        """One pass over all rows, 24 bytes each, to know which contents, ids and addresses occur twice."""
        marks = array("Q")
        for cells in rows:
            if len(cells) < self._width:
                continue
            marks.append(_mark(self._digest(cells)))
            if key := _cell(cells, self._id_column):
                marks.append(_mark(_key_digest(key)))
            if key := people.email(_cell(cells, self._email_column)) or "":
                marks.append(_mark(_key_digest(key)))
        ordered = array("Q", sorted(marks))
        self._repeated = frozenset(a for a, b in pairwise(ordered) if a == b)

    def identify(self, row: Row) -> Reason | None:
        """Gives the row its content id; a reason if an earlier row with the same key names somebody else."""
        digest = self._digest(row.cells)
        occurrence = 1
        if _mark(digest) in self._repeated:
            self._seen[digest] += 1
            occurrence = self._seen[digest]
        row.content_id = f"{CONTENT_PREFIX}{digest.hex()}:{occurrence}"
        keys = [key for name in ("external_id", "email") if (key := row.lead.get(name))]
        digests = [digest for key in keys if _mark(digest := _key_digest(key)) in self._repeated]
        name = _name(row) if digests else ""
        if any(name and self._names.get(digest, name) != name for digest in digests):
            return Reason.REPEATED
        for digest in digests if name else []:
            self._names.setdefault(digest, name)
        return None

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
