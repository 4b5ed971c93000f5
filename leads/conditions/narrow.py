"""A filter that speaks of one table alone, so that reading all of it need not join another.

The score row repeats team, owner and stage of its lead; where nothing else of it is asked, the lead's own do.
Where nothing else but the score row is asked, counting can leave the leads out.
"""

from __future__ import annotations

from typing import Any, Final

from django.db.models import F, Q
from django.db.models.constants import LOOKUP_SEP

_SAME: Final = {"score__team_id": "team_id", "score__owner_id": "owner_id", "score__stage": "stage"}
_SCORE: Final = f"score{LOOKUP_SEP}"
_ELSEWHERE: Final = ("score", "company", "owner", "team")


def narrowed(condition: Q) -> Q | None:
    """The same of the lead's own columns; None if it asks for more."""
    children: list[Any] = []
    for child in condition.children:
        found = _child(child)
        if found is None:
            return None
        children.append(found)
    return Q(*children, _connector=condition.connector, _negated=condition.negated)


def of_the_score(condition: Q) -> Q | None:
    """The same of score rows alone; None if it asks what they do not hold."""
    children: list[Any] = []
    for child in condition.children:
        found = of_the_score(child) if isinstance(child, Q) else _of_the_score(child)
        if found is None:
            return None
        children.append(found)
    return Q(*children, _connector=condition.connector, _negated=condition.negated)


def _of_the_score(child: Any) -> tuple[str, Any] | None:
    if not isinstance(child, tuple):
        return None
    path, value = child
    if not path.startswith(_SCORE) or hasattr(value, "resolve_expression"):
        return None
    return path.removeprefix(_SCORE), value


def of_the_lead(expression: Any) -> bool:
    """Whether no other table is read for it."""
    if isinstance(expression, str):
        return expression.split(LOOKUP_SEP)[0] not in _ELSEWHERE
    if isinstance(expression, F):
        return of_the_lead(expression.name)  # type: ignore[attr-defined]  # the stubs lack it
    if not hasattr(expression, "get_source_expressions") or getattr(expression, "subquery", False):
        return not hasattr(expression, "resolve_expression")
    return all(of_the_lead(part) for part in expression.get_source_expressions() if part is not None)


def _child(child: Any) -> Any:
    if isinstance(child, Q):
        return narrowed(child)
    if isinstance(child, tuple):
        path, value = child
        for known, own in _SAME.items():
            if path == known or path.startswith(f"{known}{LOOKUP_SEP}"):
                return own + path.removeprefix(known), value
        return child if of_the_lead(path) and not hasattr(value, "resolve_expression") else None
    return child if of_the_lead(child) else None
