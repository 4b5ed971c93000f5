"""What a reviewer's form asks for: one named button, one service, one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from drafts import review
from drafts.editing import checked_text
from drafts.models import Draft
from drafts.texts import Text, tidy
from salesdash.models import User


@dataclass(frozen=True)
class Decision:
    """`leaves`: the item has left the reviewer's hands, so the next one follows."""

    sentence: str
    leaves: bool = True


@dataclass(frozen=True)
class Sheet:
    """The form as it came in. `base` is the text that the page showed when it was opened."""

    item: Draft
    user: User
    post: QueryDict

    @property
    def held(self) -> dict[str, Any]:
        version = self.post.get("version", "")
        if not version.isdecimal():
            raise Http404
        return {
            "draft_id": self.item.pk,
            "reviewer": self.user,
            "token": self.post.get("token", ""),
            "version": int(version),
        }

    @property
    def typed(self) -> Text | None:
        if "body" not in self.post:
            return None
        return tidy(self.post.get("subject", ""), self.post.get("body", ""))

    @property
    def changed(self) -> bool:
        """Against the text in the database; a stale form is found out by its version."""
        return self.typed is not None and self.typed.hash != self.item.text_hash

    @property
    def base(self) -> Text:
        return tidy(self.post.get("base_subject", ""), self.post.get("base_body", ""))


def approve(sheet: Sheet) -> Decision:
    """A text that was changed is not approved unseen by the checks: it is saved and checked first."""
    if sheet.changed:
        return save(sheet)
    review.approve(**sheet.held)
    return Decision(_("Approved."))


def save(sheet: Sheet) -> Decision:
    if sheet.typed is None or not sheet.changed:
        return Decision(_("Nothing was changed."), leaves=False)
    text = checked_text(sheet.typed.subject, sheet.typed.body)
    review.save_edit(**sheet.held, subject=text.subject, body=text.body)
    return Decision(
        _("Saved. The text is being checked again; what is still flagged comes back into the queue.")
    )


def regenerate(sheet: Sheet) -> Decision:
    review.regenerate(**sheet.held, instruction=sheet.post.get("instruction", ""))
    return Decision(_("The text is being written again."))


def reject(sheet: Sheet) -> Decision:
    review.reject(**sheet.held, code=sheet.post.get("code", ""), note=sheet.post.get("note", ""))
    return Decision(_("Rejected. The rep sees the reason."))


def check_again(sheet: Sheet) -> Decision:
    review.check_again(**sheet.held)
    return Decision(_("The text is being checked again."))


def take_over(sheet: Sheet) -> Decision:
    review.take(draft_id=sheet.item.pk, reviewer=sheet.user, take_over=True)
    return Decision(_("You have taken this draft over."), leaves=False)


# by the name of the button; the first is what Enter in a field does
ACTIONS: Final[dict[str, Callable[[Sheet], Decision]]] = {
    "_save": save,
    "_approve": approve,
    "_regenerate": regenerate,
    "_reject": reject,
    "_check": check_again,
    "_take_over": take_over,
}


def chosen(post: QueryDict) -> Callable[[Sheet], Decision]:
    """404 for a form without a known button."""
    for name, action in ACTIONS.items():
        if name in post:
            return action
    raise Http404
