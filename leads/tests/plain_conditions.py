"""What a condition means for one lead, in plain Python: the filter of the database must agree."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from leads import rules
from leads.conditions import fields
from leads.conditions.operators import Kind
from leads.conditions.tree import Group, Item, Join
from leads.conditions.where import Asker
from leads.models import Activity, ActivityType, Lead
from leads.models.score import Band
from leads.movement import working_day_before
from leads.temperature import grade


def holds(item: Item, lead: Lead, asker: Asker) -> bool:
    if isinstance(item, Group):
        every = [holds(condition, lead, asker) for condition in item.conditions]
        return all(every) if item.join is Join.ALL else any(every)
    field = fields.find(item.field, item.op)
    value = stored(field, lead, asker)
    if item.op in ("empty", "filled"):
        texts = value if isinstance(value, list) else [value]
        is_empty = all(text is None or (isinstance(text, str) and not folded(text)) for text in texts)
        return is_empty == (item.op == "empty")
    return {
        Kind.TEXT: _text,
        Kind.NUMBER: _number,
        Kind.DATE: _date,
        Kind.CHOICE: _choice,
        Kind.YES_NO: _yes_no,
    }[field.kind](item, value, asker)


def stored(field: Any, lead: Lead, asker: Asker) -> Any:
    if field.is_attribute:
        return _attribute(field, lead)
    score = lead.score
    temperature = asker.scale.temperature(score.rank, asker.now)
    found = {
        "temperature": int(temperature + 1e-6) if score.fit_factor else None,
        "band": asker.scale.band(temperature).key if score.fit_factor else None,
        "grade": grade(score.fit),
        "fit": score.fit,
        "owner": str(lead.owner_id) if lead.owner_id else None,
        "team": str(lead.team_id),
        "name": [
            lead.family_name + lead.given_name,
            lead.given_name + lead.family_name,
            lead.family_kana + lead.given_kana,
        ],
        "company": [lead.company.name, lead.company.name_en],
        "next": lead.next_action,
        "due": lead.next_action_due_at,
        "recall": lead.recall_at,
        "activity": score.last_activity_at,
        "activity_type": ActivityType(score.last_activity_type).key if score.last_activity_type else None,
        "industry": lead.company.industry,
        "region": lead.company.region,
        "employees": lead.company.employees,
        "revenue": lead.company.revenue_jpy,
        "risen": _risen(lead, asker) if field.name == "risen" else None,
        "cooling": _cooling(lead, asker) if field.name == "cooling" else None,
        "deals": _open_deals(lead),
        "win": None if lead.win_probability is None else lead.win_probability * 100,
        "consent": lead.consent_basis,
        "opted_out": lead.opted_out_at,
        "created": lead.created_at,
        "stage_since": lead.stage_changed_at,
        "updated": lead.updated_at,
    }
    return found[field.name] if field.name in found else getattr(lead, field.name)


def _risen(lead: Lead, asker: Asker) -> bool:
    """Its activities are asked for once: the same asker asks again and again."""
    if not hasattr(lead, "_risen"):
        lead._risen = _has_risen(lead, asker)
    return lead._risen


def _has_risen(lead: Lead, asker: Asker) -> bool:
    current, hot, score = rules.current(), asker.scale.bands[Band.HOT], lead.score
    since = working_day_before(asker.now, asker.zone)
    new = list(Activity.objects.filter(lead_id=lead.pk, occurred_at__gte=since))
    if not new or asker.scale.temperature(score.rank, asker.now) < hot:
        return False
    units = [
        current.weight(one.type)
        * round(
            65536
            * 2 ** ((one.occurred_at - asker.scale.landmark).total_seconds() / asker.scale.half_life_seconds)
        )
        for one in new
    ]
    return asker.scale.temperature(score.rank - score.fit_factor * sum(units), since) < hot


def _cooling(lead: Lead, asker: Asker) -> bool:
    score, scale = lead.score, asker.scale
    earliest = asker.now - timedelta(days=3)
    was = scale.temperature(score.rank, max(score.last_activity_at or earliest, earliest))
    now = scale.temperature(score.rank, asker.now)
    bands = [scale.bands[band] for band in (Band.HOT, Band.WARM)]
    then = [scale.temperature(score.rank, earliest) >= at for at in bands]
    return any(was >= at > now + 3 and before for at, before in zip(bands, then, strict=True))


def _open_deals(lead: Lead) -> int | None:
    amounts = [deal.amount_jpy for deal in lead.deals.all() if deal.status == "open"]
    return sum(amounts) if amounts else None


def _attribute(field: Any, lead: Lead) -> Any:
    text = lead.attributes.get(field.attribute)
    if text is None:
        return None
    wide = unicodedata.normalize("NFKC", text)
    if field.kind is Kind.NUMBER:
        bare = re.sub("[,¥円% \t]", "", wide).replace("−", "-")
        return float(bare) if re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,6})?", bare, re.ASCII) else None
    if field.kind is Kind.DATE:
        found = re.match(r"\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)", wide, re.ASCII)
        # 31 February, too: the database compares days as texts
        return "{:0>4}-{:0>2}-{:0>2}".format(*found.groups()) if found else None
    if field.kind is Kind.YES_NO:
        return {"yes": True, "はい": True, "○": True, "no": False, "いいえ": False}.get(folded(text))
    return text


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip(" ").lower()


def _text(item: Any, value: Any, _asker: Asker) -> bool:
    texts = [folded(text or "") for text in (value if isinstance(value, list) else [value])]
    wanted = item.values[0]
    wanted = folded("".join(wanted.split()) if item.field == "name" else wanted)
    return {
        "has": any(wanted in text for text in texts),
        "lacks": not any(wanted in text for text in texts),
        "is": any(wanted == text for text in texts),
        "starts": any(text.startswith(wanted) for text in texts),
    }[item.op]


def _number(item: Any, value: Any, _asker: Asker) -> bool:
    if value is None:
        return False
    numbers = [float(text) for text in item.values]
    return {
        "ge": value >= numbers[0],
        "le": value <= numbers[0],
        "between": numbers[0] <= value <= numbers[-1],
    }[item.op]


def _date(item: Any, value: Any, asker: Asker) -> bool:
    if value is None:
        return False
    now = asker.now.astimezone(asker.zone).date()
    day = value.astimezone(asker.zone).date().isoformat() if isinstance(value, datetime) else value
    if item.op == "past":
        return value < asker.now if isinstance(value, datetime) else day < now.isoformat()
    if item.op in ("before", "after"):
        return (day < item.values[0]) == (item.op == "before")
    n = int(item.values[0]) if item.values else 0

    def around(days: int) -> str:
        return (now + timedelta(days)).isoformat()

    return {
        "reached": day <= around(0),
        "today": day == around(0),
        "week": around(-now.weekday()) <= day <= around(6 - now.weekday()),
        "last": around(-n) <= day <= around(0),
        "next": around(0) <= day <= around(n),
        "older": day < around(-n),
    }[item.op]


def _choice(item: Any, value: Any, asker: Asker) -> bool:
    wanted = [str(asker.user_id) if one == "me" else one for one in item.values]
    if item.field == "owner":
        wanted = [None if one == "none" else one for one in wanted]
    if item.field.startswith("attr."):
        return (folded(value or "") in map(folded, wanted)) == (item.op == "in")
    return (value in wanted) == (item.op == "in")


def _yes_no(item: Any, value: Any, _asker: Asker) -> bool:
    return value is (item.op == "yes")
