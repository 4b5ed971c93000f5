"""Layer 1: instructions to the writer hidden in fields of the CRM.

Fields reach the prompt as data, between marks, in JSON. This layer is the second line: what reads like an
order to a language model is kept out of the prompt, and the draft goes to a person who learns which field
it is. What an order looks like stands in orders.py, the disguises in unveiling.py.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from drafts.safety import orders
from drafts.safety.base import Context, Reason, Verdict, verdict
from drafts.safety.unveiling import apart, forms, hiragana, visible
from drafts.texts import Text

__all__ = ["InputFilter", "harmless", "hidden", "suspicious", "visible"]

VERSION: Final = "2"
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def hidden(value: str) -> bool:
    """Characters that nobody types: tags, direction marks, runs of zero-width ones."""
    zero_width = sum(char in "\u200b\u200c\u2060\ufeff\u00ad" for char in value)
    return zero_width > 2 or any(char in _BIDI or 0xE0000 <= ord(char) <= 0xE007F for char in value)


# the same fields are asked about for the facts, for the prompt and by the layer
@lru_cache(maxsize=256)
def suspicious(value: str) -> bool:
    """Whether a field speaks to the writer."""
    if any(orders.ORDERS.search(form) for form in forms(value) if form):
        return True
    if any(orders.SQUEEZED.search(run) for run in apart(value)):
        return True
    return bool(orders.KANA.search(hiragana(value)))


def harmless(value: str) -> str:
    """The value, or nothing where it speaks to the writer: what is not sent cannot be obeyed."""
    return "" if value and suspicious(value) else value


class InputFilter:
    name = "input_filter"

    def version(self, _context: Context) -> str:
        return VERSION

    def check(self, _text: Text, context: Context) -> Verdict:
        """Writing again does not help: the field stays as it is until somebody mends it."""
        fields = {"instruction": context.instruction, **context.raw_fields}
        reasons = []
        for name, value in fields.items():
            if suspicious(value):
                reasons.append(Reason("hidden_instruction", name))
            elif hidden(value):
                reasons.append(Reason("hidden_characters", name))
        return verdict(reasons, retry=False)
