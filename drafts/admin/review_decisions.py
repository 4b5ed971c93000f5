"""What a reviewer's form asks for: one named button, one service, one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from drafts import escalation, regression, review
from drafts.editing import checked_text
from drafts.models import Draft
from drafts.review import RejectCode
from drafts.texts import Text, tidy
from salesdash.models import User
from salesdash.numbers import whole


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
        number = whole(version)
        if number is None:
            raise Http404
        return {
            "draft_id": self.item.pk,
            "reviewer": self.user,
            "token": self.post.get("token", ""),
            "version": number,
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
    def keeps_case(self) -> bool:
        """Whether the text is to become a case of the regression set."""
        return self.post.get("case") == "1"

    @property
    def kept(self) -> dict[str, str]:
        """What was chosen and noted beside the text, and in which sheet."""
        sheets = ("_reject", "_regenerate", "_escalate")
        opened = next((name[1:] for name in sheets if name in self.post), "")
        fields = ("code", "note", "instruction", "to", "escalation_note")
        return {name: self.post.get(name, "") for name in fields} | {"sheet": opened}

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """(what it is, its words) of all that was noted; for a page that cannot be sent off again."""
        kept = self.kept
        code = kept["code"]
        found = [
            (_("Reason"), str(RejectCode(code).label) if code in RejectCode.values else ""),
            (_("Note for the rep (optional)"), kept["note"]),
            (_("Instruction in one line (optional)"), kept["instruction"]),
            (_("Note for the manager (optional)"), kept["escalation_note"]),
        ]
        return [(label, words) for label, words in found if words]

    @property
    def everything(self) -> str:
        """Text and remarks as one, to be copied."""
        text = [self.typed.subject, self.typed.body] if self.typed else []
        said = "\n".join(f"{label}: {words}" for label, words in self.remarks)
        return "\n\n".join(part for part in (*text, said) if part)

    @property
    def base(self) -> Text:
        return tidy(self.post.get("base_subject", ""), self.post.get("base_body", ""))


def approve(sheet: Sheet) -> Decision:
    """A text that was changed is not approved unseen by the checks: it is saved and checked first."""
    if sheet.changed:
        return save(sheet)
    with transaction.atomic():
        draft = review.approve(**sheet.held)
        if sheet.keeps_case:
            regression.keep(draft=draft, reviewer=sheet.user, unsafe=False)
    return Decision(_("Approved and kept as a false alarm.") if sheet.keeps_case else _("Approved."))


def save(sheet: Sheet) -> Decision:
    if sheet.typed is None or not sheet.changed:
        return Decision(_("Nothing was changed."), leaves=False)
    # before anything else is said of it: words for a text that has changed belong on the page of the conflict
    review.held(**sheet.held)
    text = checked_text(sheet.typed.subject, sheet.typed.body)
    review.save_edit(**sheet.held, subject=text.subject, body=text.body)
    return Decision(
        _("Saved. The text is being checked again; what is still flagged comes back into the queue.")
    )


def regenerate(sheet: Sheet) -> Decision:
    review.regenerate(**sheet.held, instruction=sheet.post.get("instruction", ""))
    return Decision(_("The text is being written again."))


def reject(sheet: Sheet) -> Decision:
    code = sheet.post.get("code", "")
    with transaction.atomic():
        draft = review.reject(**sheet.held, code=code, note=sheet.post.get("note", ""))
        if sheet.keeps_case:
            regression.keep(draft=draft, reviewer=sheet.user, unsafe=True, code=code)
    if sheet.keeps_case:
        return Decision(_("Rejected, and kept as a case of the regression set. The rep sees the reason."))
    return Decision(_("Rejected. The rep sees the reason."))


def check_again(sheet: Sheet) -> Decision:
    review.check_again(**sheet.held)
    return Decision(_("The text is being checked again."))


def take_over(sheet: Sheet) -> Decision:
    review.take(draft_id=sheet.item.pk, reviewer=sheet.user, take_over=True)
    return Decision(_("You have taken this draft over."), leaves=False)


def escalate(sheet: Sheet) -> Decision:
    to = sheet.post.get("to", "")
    draft = escalation.escalate(**sheet.held, to=whole(to), note=sheet.post.get("escalation_note", ""))
    return Decision(_("%(name)s decides now.") % {"name": draft.escalated_to})


def recall(sheet: Sheet) -> Decision:
    held = sheet.held
    was_mine = sheet.item.escalated_to_id == sheet.user.pk
    escalation.recall(draft_id=held["draft_id"], reviewer=held["reviewer"], version=held["version"])
    if was_mine:
        return Decision(_("The reviewers decide about this draft again."))
    return Decision(_("The draft is back in the queue."), leaves=False)


# by the name of the button; the first is what Enter in a field does
ACTIONS: Final[dict[str, Callable[[Sheet], Decision]]] = {
    "_save": save,
    "_approve": approve,
    "_regenerate": regenerate,
    "_reject": reject,
    "_check": check_again,
    "_take_over": take_over,
    "_escalate": escalate,
    "_recall": recall,
}


def chosen(post: QueryDict) -> Callable[[Sheet], Decision]:
    """404 for a form without a known button."""
    for name, action in ACTIONS.items():
        if name in post:
            return action
    raise Http404
