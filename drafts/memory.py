"""What a lead has already got from us: told to the writer as data, and held against what it writes next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from drafts.facts import plain
from drafts.safety import input_filter
from drafts.texts import SentText

_OPENING_CHARS: Final = 160
_MAX_PHRASES: Final = 4


def as_data(mails: Iterable[SentText]) -> list[dict[str, Any]]:
    """Subject, opening and the phrases that rested on facts. What speaks to the writer is left out."""
    told = []
    for mail in mails:
        phrases = [plain(claim.get("phrase", "")) for claim in mail.claims if isinstance(claim, dict)]
        phrases = [phrase for phrase in phrases if phrase][:_MAX_PHRASES]
        subject, begins = plain(mail.subject), plain(opening(mail.body), _OPENING_CHARS)
        if not input_filter.suspicious(" ".join([subject, begins, *phrases])):
            told.append({"subject": subject, "opening": begins, "phrases": phrases})
    return told


def opening(body: str) -> str:
    """What the mail begins with once address and greeting are done: the second paragraph and the third."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", body) if part.strip()]
    return " ".join(paragraphs[1:3] or paragraphs[:1])
