"""Part of layer 3: what a lead has read in an earlier mail is not said to them again.

Bodies are compared by their runs of four characters, without address lines, names and the closing, which
are alike in any two mails to one person. A person who writes the same again means it: only what the model
wrote is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from drafts.safety.base import Context, Reason
from drafts.texts import Text
from leads import folding

# share of the new text's runs that stand in one earlier mail
TOO_LIKE: Final = 0.75
_RUN_CHARS: Final = 4
_FEWEST_RUNS: Final = 30
_NO_WORDS: Final = re.compile(r"[\W_]+")


def check(text: Text, context: Context) -> Iterator[Reason]:
    if context.by_person or not context.earlier:
        return
    subject, names = folding.fold(text.subject).strip(), _names(context)
    if subject and any(folding.fold(mail.subject).strip() == subject for mail in context.earlier):
        yield Reason("repeats_subject", part="subject", span=(0, len(text.subject)))
    mine = _runs(text.body, names)
    if len(mine) < _FEWEST_RUNS:
        return
    if any(len(mine & _runs(mail.body, names)) >= TOO_LIKE * len(mine) for mail in context.earlier):
        yield Reason("repeats_mail", part="body")


def _names(context: Context) -> list[str]:
    lead, sender = context.lead, context.sender
    names = [context.company, lead.family_name, lead.given_name, lead.title, lead.department]
    return [folding.fold(name) for name in (*names, sender.name, sender.team, sender.company) if name]


def _runs(body: str, names: list[str]) -> set[str]:
    paragraphs = [part for part in re.split(r"\n\s*\n", body) if part.strip()]
    middle = folding.fold("\n".join(paragraphs[1:-1] if len(paragraphs) > 2 else paragraphs))
    for name in names:
        middle = middle.replace(name, " ")
    words = _NO_WORDS.sub("", middle)
    return {words[at : at + _RUN_CHARS] for at in range(len(words) - _RUN_CHARS + 1)}
