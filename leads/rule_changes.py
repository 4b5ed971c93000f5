"""What differs between two versions of the rules, line by line, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from leads.fit import Op
from leads.models import ActivityType, RuleSet
from leads.models.score import Band
from leads.rule_words import reason_word, sentence, value_word
from salesdash.formatting import numbers

Rule = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One line; `before` or `after` is empty where something is new or gone."""

    part: str
    what: str
    before: str
    after: str


def changes(before: RuleSet, after: RuleSet) -> list[Change]:
    return [
        *_settings(before, after),
        *_weights(before.weights, after.weights),
        *_rules(_("Fit rule"), before.fit_rules, after.fit_rules, _points),
        *_rules(_("Exclude rule"), before.exclude_rules, after.exclude_rules, _reason),
    ]


def previous(rule_set: RuleSet) -> RuleSet | None:
    """What a version is read against: a draft against today's, any other against the last before it."""
    if rule_set.status == RuleSet.Status.DRAFT:
        return RuleSet.objects.filter(status=RuleSet.Status.PUBLISHED).first()
    in_use = RuleSet.objects.exclude(status=RuleSet.Status.DRAFT)
    return in_use.filter(version__lt=rule_set.version).order_by("-version").first()


def figure(value: float) -> str:
    """Up to four decimals, as far as they are needed."""
    text = numbers.number(value, 4)
    return text.rstrip("0").rstrip(".")


def hours(value: float) -> str:
    return _("%(hours)s h (%(days)s days)") % {"hours": figure(value), "days": figure(round(value / 24, 2))}


def _settings(before: RuleSet, after: RuleSet) -> Iterator[Change]:
    part = _("Setting")
    if before.half_life_hours != after.half_life_hours:
        yield Change(part, _("Half-life"), hours(before.half_life_hours), hours(after.half_life_hours))
    if before.scale_heat != after.scale_heat:
        yield Change(part, _("Heat that shows as 50"), figure(before.scale_heat), figure(after.scale_heat))
    for band in reversed(Band):
        old, new = before.bands.get(band.key), after.bands.get(band.key)
        if old != new:
            yield Change(_("Band"), str(band.label), _from(old), _from(new))


def _from(threshold: float | None) -> str:
    return "" if threshold is None else _("from %(n)s") % {"n": figure(threshold)}


def _weights(before: Mapping[str, float], after: Mapping[str, float]) -> Iterator[Change]:
    for kind in ActivityType:
        old, new = before.get(kind.key, 0), after.get(kind.key, 0)
        if old != new:
            yield Change(_("Weight"), str(kind.label), figure(old), figure(new))


def _points(rule: Rule) -> str:
    return numbers.signed(rule.get("points", 0))


def _reason(rule: Rule) -> str:
    return reason_word(str(rule.get("reason", "")))


def _rules(
    part: str, before: Sequence[Rule], after: Sequence[Rule], result: Callable[[Rule], str]
) -> Iterator[Change]:
    """Equal rules cancel; the rest meet in one line if they have one condition, or lists over one field."""
    gone, new = _without(before, after), _without(after, before)
    for rule in gone:
        if same := next((other for other in new if sentence(other) == sentence(rule)), None):
            new.remove(same)
            yield Change(part, sentence(rule), result(rule), result(same))
        elif other_list := next((other for other in new if _same_list(rule, other, result)), None):
            new.remove(other_list)
            yield _list_change(part, rule, other_list)
        else:
            yield Change(part, sentence(rule), result(rule), "")
    for rule in new:
        yield Change(part, sentence(rule), "", result(rule))


def _without(rules: Sequence[Rule], others: Sequence[Rule]) -> list[Rule]:
    left = list(others)
    kept = []
    for rule in rules:
        if rule in left:
            left.remove(rule)
        else:
            kept.append(rule)
    return kept


def _same_list(one: Rule, other: Rule, result: Callable[[Rule], str]) -> bool:
    about = (one.get("field"), one.get("op"), result(one)) == (
        other.get("field"),
        other.get("op"),
        result(other),
    )
    return about and isinstance(one.get("value"), list) and one.get("op") in (Op.IN, Op.CONTAINS)


def _list_change(part: str, before: Rule, after: Rule) -> Change:
    old, new = _values(before), _values(after)
    shared = {**before, "value": "…"}
    return Change(
        part,
        sentence(shared),
        ", ".join(word for word in old if word not in new),
        ", ".join(word for word in new if word not in old),
    )


def _values(rule: Rule) -> list[str]:
    value, field = rule.get("value"), str(rule.get("field"))
    return [value_word(field, one) for one in (value if isinstance(value, list) else [value])]
