"""What a person wants of a mail: read from a form or a request, checked, and kept for the next time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self

from django.db import models, transaction
from django.utils.translation import gettext as _

from drafts.models import Draft, Keigo, Length, Purpose, Tone
from drafts.safety import input_filter
from drafts.texts import one_line
from salesdash.errors import DomainError
from salesdash.models import User

INSTRUCTION_MAX_CHARS: Final = 300
# in User.preferences: purpose, tone, length and keigo of the last wish
PREFERENCE: Final = "draft_wish"
_CHOICES: Final[dict[str, type[models.TextChoices]]] = {"tone": Tone, "length": Length, "keigo": Keigo}


@dataclass(frozen=True, repr=False)
class Wish:
    """`instruction` is one line of the rep's own: data for the writer, never an order to the system."""

    tone: str = Tone.POLITE.value
    length: str = Length.NORMAL.value
    keigo: str = Keigo.STANDARD.value
    instruction: str = ""

    @classmethod
    def of(cls, draft: Draft) -> Self:
        return cls(draft.tone, draft.length, draft.keigo, draft.instruction)

    def columns(self) -> dict[str, Any]:
        """The fields of a draft."""
        return asdict(self)

    def changed(self, **sent: str) -> Self:
        """With what was sent in place of its own; what is empty or missing stays. No instruction is one.

        Errors: `unknown_wish`, `instruction_long`, `instruction_refused`.
        """
        chosen = {name: value for name, value in sent.items() if name in _CHOICES and value}
        for name, value in chosen.items():
            if value not in _CHOICES[name].values:
                raise DomainError("unknown_wish", _("This cannot be chosen for a mail."), {"field": name})
        return replace(self, **chosen, instruction=checked_instruction(sent.get("instruction", "")))


def checked_instruction(text: str) -> str:
    """One line. What reads like an order to a language model is sent back before anything is spent."""
    line = one_line(text)
    if len(line) > INSTRUCTION_MAX_CHARS:
        raise DomainError("instruction_long", _("The instruction is too long: one line is enough."))
    if input_filter.suspicious(line) or input_filter.hidden(line):
        sentence = _(
            "This line reads like an order to the writing program. Say what the mail should be about instead."
        )
        raise DomainError("instruction_refused", sentence)
    return line


def as_typed(sent: Mapping[str, str], usual: Wish) -> Wish:
    """What stands in the form again after a refusal, whatever it is."""
    known = {
        name: value for name, choices in _CHOICES.items() if (value := sent.get(name, "")) in choices.values
    }
    return replace(usual, **known, instruction=sent.get("instruction", "")[: 2 * INSTRUCTION_MAX_CHARS])


def usual(user: User) -> tuple[Purpose, Wish]:
    """What this person asked for the last time, without the instruction."""
    kept = user.preferences.get(PREFERENCE) if isinstance(user.preferences, dict) else None
    known: dict[str, Any] = kept if isinstance(kept, dict) else {}
    purpose = known.get("purpose")
    return (
        Purpose(purpose) if purpose in Purpose.values else Purpose.ICE_BREAKER,
        replace(
            Wish(),
            **{name: known[name] for name, choices in _CHOICES.items() if known.get(name) in choices.values},
        ),
    )


@transaction.atomic
def remember(*, user: User, purpose: str, wish: Wish) -> None:
    kept = {"purpose": str(purpose)} | {name: getattr(wish, name) for name in _CHOICES}
    if user.preferences.get(PREFERENCE) == kept:
        return
    person = User.objects.select_for_update().only("preferences").get(pk=user.pk)
    person.preferences = person.preferences | {PREFERENCE: kept}
    person.save(update_fields=["preferences"])
    user.preferences = person.preferences
