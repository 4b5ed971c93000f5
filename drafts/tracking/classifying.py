"""Who was behind each request: a person, a machine, or nobody that counts. Pure; by the table of rules.py."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from drafts.tracking import rules
from drafts.tracking.addresses import PIXEL

_BURST: Final = timedelta(seconds=rules.BURST_SECONDS)
_OPEN_AFTER: Final = timedelta(seconds=rules.OPEN_SECONDS)
_CLICK_AFTER: Final = timedelta(seconds=rules.CLICK_SECONDS)
_GATEWAY: Final = timedelta(minutes=rules.GATEWAY_MINUTES)
_REPEAT: Final = timedelta(seconds=rules.REPEAT_SECONDS)


@dataclass(frozen=True, slots=True)
class Hit:
    """`rule` is None until it is judged."""

    id: int
    delivery_id: int
    n: int
    at: datetime
    sign: str
    client: str
    rule: str | None


@dataclass(frozen=True, slots=True)
class Mail:
    """`sent_at` is None where it was never sent. `links` is how many it has."""

    sent_at: datetime | None
    links: int


def classify(
    mails: Mapping[int, Mail], hits: Mapping[int, Sequence[Hit]], gateways: Collection[str]
) -> dict[int, str]:
    """The rule for each hit that has none yet; '' is a person.

    `hits` are those of each mail in the order of time, with judged ones around them; `gateways` are networks
    that were found to be so earlier today. What is found here counts for all the mails at once.
    """
    found: dict[int, str] = {}
    for delivery_id, mail in mails.items():
        found |= _by_themselves(mail, hits[delivery_id])
    branded = {
        hit.client
        for of_mail in hits.values()
        for hit in of_mail
        if hit.client and (found.get(hit.id) or hit.rule) in rules.BRANDING
    }
    branded.update(gateways)
    for delivery_id, mail in mails.items():
        _by_others(mail, hits[delivery_id], branded, found)
    return found


def _by_themselves(mail: Mail, hits: Sequence[Hit]) -> dict[int, str]:
    return {hit.id: _own_rule(mail, hit, hits) for hit in hits if hit.rule is None}


def _own_rule(mail: Mail, hit: Hit, hits: Sequence[Hit]) -> str:
    if mail.sent_at is None:
        return "not_sent"
    if hit.sign:
        return hit.sign
    if hit.at - mail.sent_at < (_OPEN_AFTER if hit.n == PIXEL else _CLICK_AFTER):
        return "too_soon"
    return "all_links" if _in_burst(mail, hit, hits) else ""


def _in_burst(mail: Mail, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Some stretch of seconds around this hit holds clicks on several links, or on both of two."""
    enough = min(mail.links, rules.BURST_LINKS)
    if enough < 2:
        return False
    near = [other for other in hits if other.n != PIXEL and abs(other.at - hit.at) <= _BURST]
    if len({other.n for other in near}) < enough:
        # one who presses one link again and again costs no time
        return False
    return any(
        len({other.n for other in near if first.at <= other.at <= first.at + _BURST}) >= enough
        for first in (hit, *near)
        if first.at <= hit.at
    )


def _by_others(mail: Mail, hits: Sequence[Hit], gateways: Collection[str], found: dict[int, str]) -> None:
    last: dict[int, datetime] = {}
    for hit in hits:
        if found.get(hit.id) == "" and mail.sent_at is not None:
            if hit.client in gateways and hit.at - mail.sent_at < _GATEWAY:
                found[hit.id] = "gateway"
            elif hit.n in last and hit.at - last[hit.n] < _REPEAT:
                found[hit.id] = "repeat"
        if found.get(hit.id, hit.rule) == "":
            last[hit.n] = hit.at
