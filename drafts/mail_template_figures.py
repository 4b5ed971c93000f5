"""What became of mails begun with each template, beside those written freely or by the model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from django.db import connection

from drafts.models import Origin
from salesdash.rates import Rate

DAYS: Final = 90
_USE: Final = (Path(__file__).parent / "sql" / "template_use.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Use:
    sent: int = 0
    trackable: int = 0
    opened: int = 0
    replied: int = 0

    @property
    def open_rate(self) -> Rate:
        """Opened by a person, of the mails whose opening can be seen."""
        return Rate(self.opened, self.trackable)

    @property
    def reply_rate(self) -> Rate:
        return Rate(self.replied, self.sent)

    @property
    def rates(self) -> tuple[Rate, Rate]:
        """Opened, replied: in the order of the columns."""
        return self.open_rate, self.reply_rate


@dataclass(frozen=True, slots=True)
class Figures:
    generated: Use = Use()
    # by hand and without a template
    free: Use = Use()
    by_template: dict[int, Use] = field(default_factory=dict)

    @classmethod
    def read(cls, teams: Iterable[int], *, since: datetime) -> Self:
        """One statement."""
        with connection.cursor() as cursor:
            cursor.execute(_USE, {"teams": list(teams), "since": since})
            rows = cursor.fetchall()
        found: dict[int, Use] = defaultdict(Use)
        generated, free = Use(), Use()
        for origin, template, *counted in rows:
            if origin == Origin.GENERATED:
                generated = Use(*counted)
            elif template is None:
                free = Use(*counted)
            else:
                found[template] = Use(*counted)
        return cls(generated, free, dict(found))
