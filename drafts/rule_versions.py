"""Versions of the safety rules: made as a copy, changed entry by entry as a draft, put into force once.

Reviewers and administrators write drafts; administrators put one into force, for every team at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import regex
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from drafts.models import SafetyRules
from drafts.safety import rule_checks, rule_entries, rulebook
from drafts.safety.rule_entries import Content, Entry, Table
from drafts.signals import rules_published
from drafts.texts import one_line
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

Status = SafetyRules.Status
EDIT: Final = "drafts.change_safetyrules"
PUBLISH: Final = "drafts.publish_safetyrules"
_NOTE_MAX_CHARS: Final = 300


class Refused(DomainError):
    """An entry that may not stand in the rules; `field` of the form."""

    def __init__(self, problem: rule_checks.Problem) -> None:
        super().__init__("entry_refused", problem[1], {"field": problem[0]}, status=422)
        self.field = problem[0]


def copy(*, source_id: int, user: User) -> SafetyRules:
    """A new draft with the content of any version."""
    _require(user, EDIT)
    source = SafetyRules.objects.get(pk=source_id)
    return create(source=source, content=rule_entries.content(source), user=user)


def create(*, source: SafetyRules, content: Content, user: User) -> SafetyRules:
    """A new draft that says how it differs from `source`; ConflictError if its number was just taken."""
    _require(user, EDIT)
    newest = SafetyRules.objects.aggregate(newest=Max("version"))["newest"]
    found = rule_entries.differences(rule_entries.content(source), content)
    try:
        with transaction.atomic():
            made = SafetyRules.objects.create(
                version=newest + 1,
                based_on=source.version,
                changes=rule_entries.counts(found),
                created_by_name=str(user),
                # found by measuring, not written by hand: every version takes them from its source
                statements=source.statements,
                weights=source.weights,
                **content,
            )
            details = {"from": source.version, "changes": made.changes}
            audit.record(actor=user, action="rules.add", target=made, details=details)
    except IntegrityError:
        raise ConflictError(
            "rules_version", _("Somebody made a new version at this moment. Please try again.")
        ) from None
    return made


def add(*, rules_id: int, entry: Entry, user: User) -> SafetyRules:
    """At the top of its table. Refused: it is wrong, or there already."""

    def work(entries: list[Entry]) -> list[Entry]:
        _refuse(entry, entries)
        if len(entries) >= rule_checks.MOST[entry.table]:
            raise Refused(("text", rule_checks.too_many(entry.table)))
        return [entry, *entries]

    return _edit(rules_id, entry.table, user, "add", work)


def change(*, rules_id: int, key: str, entry: Entry, user: User) -> SafetyRules:
    """Put `entry` in the place of the one that `key` names; ConflictError if that is no longer there."""

    def work(entries: list[Entry]) -> list[Entry]:
        old = _present(entries, key)
        new = replace(entry, topic=old.topic)
        _refuse(new, [other for other in entries if other != old])
        return [new if other == old else other for other in entries]

    return _edit(rules_id, entry.table, user, "change", work)


def remove(*, rules_id: int, table: Table, key: str, user: User) -> SafetyRules:
    def work(entries: list[Entry]) -> list[Entry]:
        old = _present(entries, key)
        return [other for other in entries if other != old]

    return _edit(rules_id, table, user, "remove", work)


def describe(*, rules_id: int, note: str, revision: int, user: User) -> SafetyRules:
    """What changes and why; ConflictError where the draft was changed since `revision`."""
    with _held(rules_id, user, EDIT) as rules:
        if rules.revision != revision:
            raise _edited(rules)
        rules.note = one_line(note)[:_NOTE_MAX_CHARS]
        rules.revision += 1
        rules.save(update_fields=["note", "revision"])
        audit.record(actor=user, action="rules.edit", target=rules, details={"fields": ["note"]})
    return rules


def delete(*, rules_id: int, user: User) -> None:
    with _held(rules_id, user, EDIT) as rules:
        audit.record(actor=user, action="rules.delete", target=rules, details={"version": rules.version})
        rules.delete()


def open_problems(
    rules: SafetyRules, in_force: SafetyRules | None
) -> list[tuple[Entry, rule_checks.Problem]]:
    """What keeps a draft from coming into force. What was in force once has proven itself."""
    base = SafetyRules.objects.filter(version=rules.based_on or 0).exclude(status=Status.DRAFT).first()
    known = [rule_entries.content(one) for one in (in_force, base) if one]
    proven = {table.value: [entry for one in known for entry in one[table.value]] for table in Table}
    return list(rule_checks.problems(rule_entries.content(rules), proven=proven))


def publish(*, rules_id: int, revision: int, in_force: int, user: User) -> SafetyRules:
    """These rules hold from the commit on, and whatever older ones cleared is checked again.

    `revision` and `in_force` (a version) are what the person looked at: ConflictError if either has changed.
    A text that is becoming ready at this moment is let through first, or checked again by its own worker.
    """
    with _held(rules_id, user, PUBLISH) as rules:
        # waits for whoever clears a text under the old rules at this moment (rulebook.hold)
        former = SafetyRules.objects.select_for_update().filter(status=Status.ACTIVE).first()
        if rules.revision != revision or (former.version if former else 0) != in_force:
            raise _edited(rules)
        if found := open_problems(rules, former):
            raise DomainError("rules_refused", found[0][1][1], {"problems": len(found)}, status=422)
        try:
            rulebook.compile_rules(rules, at_once=True)
        except regex.error:
            message = _("A pattern is no regular expression.")
            raise DomainError("rules_refused", message, status=422) from None
        if former:
            SafetyRules.objects.filter(pk=former.pk).update(status=Status.RETIRED)
        rules.status, rules.activated_at = Status.ACTIVE, timezone.now()
        rules.published_by_name = str(user)
        rules.save(update_fields=["status", "activated_at", "published_by_name"])
        details = {"version": rules.version, "instead_of": in_force, "changes": rules.changes}
        audit.record(actor=user, action="rules.publish", target=rules, details=details)
        version = rules.version
        transaction.on_commit(lambda: rules_published.send(SafetyRules, version=version))
    return rules


@contextmanager
def _held(rules_id: int, user: User, permission: str) -> Iterator[SafetyRules]:
    """The draft, locked until the block ends; whoever else writes to it waits."""
    _require(user, permission)
    with transaction.atomic():
        rules = SafetyRules.objects.select_for_update().filter(pk=rules_id).first()
        if rules is None or rules.status != Status.DRAFT:
            raise ConflictError("rules_not_draft", _("This version is no draft any more: it stays as it is."))
        yield rules


def _edit(
    rules_id: int, table: Table, user: User, action: str, work: Callable[[list[Entry]], list[Entry]]
) -> SafetyRules:
    with _held(rules_id, user, EDIT) as rules:
        entries = work(rule_entries.of(rules, table))
        setattr(rules, table.value, [entry.stored() for entry in entries])
        rules.changes = rules.changes | _changes(rules, table)
        rules.changes = {name: numbers for name, numbers in rules.changes.items() if any(numbers)}
        rules.revision += 1
        rules.save(update_fields=[table.value, "changes", "revision"])
        details: dict[str, Any] = {"table": table.value, "revision": rules.revision}
        audit.record(actor=user, action=f"rules.entry_{action}", target=rules, details=details)
    return rules


def _changes(rules: SafetyRules, table: Table) -> dict[str, list[int]]:
    base = SafetyRules.objects.filter(version=rules.based_on or 0).first()
    if base is None:
        return {}
    found = rule_entries.differences(rule_entries.content(base), rule_entries.content(rules))
    return {table.value: rule_entries.counts(found).get(table.value, [0, 0])}


def _refuse(entry: Entry, others: list[Entry]) -> None:
    if found := rule_checks.problem(entry) or rule_checks.duplicate(entry, others):
        raise Refused(found)


def _present(entries: list[Entry], key: str) -> Entry:
    found = rule_entries.find(entries, key)
    if found is None:
        raise ConflictError(
            "entry_gone", _("Somebody else has changed or removed this entry since you opened it.")
        )
    return found


def _edited(rules: SafetyRules) -> ConflictError:
    return ConflictError(
        "rules_edited",
        _("The rules have changed since you looked at them. Please look again."),
        {"revision": rules.revision},
    )


def _require(user: User, permission: str) -> None:
    if not user.has_perm(permission):
        sentence = _("You may look at these rules but not change them.")
        raise DomainError("rules_permission", sentence, status=403)
