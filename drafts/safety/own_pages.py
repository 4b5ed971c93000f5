"""Links to the team's own pages: at its confirmed sending domain or below, and surely nowhere else.

A mail program, a browser and this check may read one address in different ways. So only one plain spelling
counts as ours, letter by letter as it stands in the text; whatever goes beyond it is a link like any other,
and stopped unless the rules allow its host.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from drafts.safety import rule_checks
from drafts.safety.normal import View
from salesdash.models import Team

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = rf"{_LABEL}(?:\.{_LABEL})+"
_SEGMENT: Final = r"[A-Za-z0-9_~-]+"
_PAIR: Final = r"[A-Za-z0-9_-]{1,40}=[A-Za-z0-9_~-]{0,64}"
# no user, no port, nothing encoded; no dot, colon or slash behind the path: no other address can be named
_PLAIN: Final = re.compile(
    rf"https://(?P<host>{_HOST})(?P<rest>(?:/{_SEGMENT})*(?:\.(?:html?|pdf))?/?"
    rf"(?:\?{_PAIR}(?:&{_PAIR})*)?(?:\#[A-Za-z0-9_-]{{1,64}})?)"
)
_BARE: Final = re.compile(rf"(?P<host>{_HOST})(?P<rest>)")
# what ends a sentence or a bracket belongs to no address
_CLOSING: Final = ".,;:!?)]}>\"'’”』】》〉"
_WIDE: Final = "（）『』【】《》〈〉！？：；"
_SYNTAX: Final = re.compile(r"[./:@\\]")
# and these stand where they do not belong to it either
_AROUND: Final = _CLOSING + _WIDE + "、。．｡，「」(<"
# with one of these before it, it is the inside of something longer
_LETTERS: Final = "A-Za-z0-9\u00c0-\u052f"
_GLUED_BEFORE: Final = re.compile(rf"[{_LETTERS}@./\\:%#?=&+~_-]")
_GLUED_BEHIND: Final = re.compile(rf"[!-~{_LETTERS}]")
# where an address is not closed by a path: what a careless mail program may take for more of its host
_MORE_OF_A_HOST: Final = re.compile(rf"[.．｡]\w|[。@:/\\#?][{_LETTERS}]")
_WORD: Final = re.compile(r"[A-Za-z0-9_-]{8,}")
_ADDRESS: Final = re.compile(r"https?:|//|www\.|^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:[/:?#]|$)")


def domain_of(team: Team) -> str:
    """Under which a team's own pages are: its sending domain once that is confirmed; else empty."""
    return usable(team.sending_domain) if team.sending_domain_verified_at else ""


def usable(domain: str) -> str:
    """As addresses spell it; empty for what names no host, or one under which anybody may have a page."""
    domain = domain.strip().rstrip(".").lower()
    return "" if rule_checks.host_problem(domain) else domain


def leads_there(found: re.Match[str], view: View, original: str, domain: str) -> bool:
    """Whether a link found in `view.text` is one of ours, by what stands in `original`."""
    if not domain:
        return False
    text = _without_what_follows(found, view, original)
    if not text:
        return False
    start, end = view.span(found.start(), found.start() + len(text))
    plain = (_PLAIN if found.group(1) else _BARE).fullmatch(text)
    # what cleaning changed or left out, a mail program may read otherwise
    if plain is None or original[start:end] != text or _is_glued(original, start, end, plain["rest"]):
        return False
    return _is_ours(plain["host"], domain) and not _hides_an_address(plain["rest"])


def _without_what_follows(found: re.Match[str], view: View, original: str) -> str:
    """Cut where a wide sign ends it, as mails are composed; empty where more of an address may follow."""
    text = found.group()
    places = range(found.start(), found.end())
    cut = next((n for n, at in enumerate(places) if original[view.starts[at]] in _WIDE), len(text))
    return "" if _SYNTAX.search(text[cut:]) else text[:cut].rstrip(_CLOSING)


def _is_glued(original: str, start: int, end: int, rest: str) -> bool:
    """Whether it is part of something longer, to this or that reader."""
    behind = (original[end:].split(maxsplit=1) or [""])[0] if not original[end : end + 1].isspace() else ""
    if not rest and _MORE_OF_A_HOST.search(behind):
        return True
    before, behind = (unicodedata.normalize("NFKC", part) for part in (original[:start][-1:], behind))
    if any(unicodedata.category(sign) == "Cf" for sign in behind):
        return True
    return bool(_GLUED_BEFORE.match(before) or _GLUED_BEHIND.match(behind.lstrip(_AROUND)))


def _is_ours(host: str, domain: str) -> bool:
    # salesdash itself shows customers nothing, and some of its addresses lead on to others
    if host == urlsplit(settings.SITE_URL).hostname:
        return False
    return host == domain or host.endswith(f".{domain}")


def _hides_an_address(rest: str) -> bool:
    """Another address in base64 or as hexadecimal digits, for a page of ours that leads on."""
    return any(_ADDRESS.search(text) for word in _WORD.findall(rest) for text in _decoded(word))


def _decoded(word: str) -> list[str]:
    """What a word may stand for, in lower case."""
    found = []
    for decode in (bytes.fromhex, _from_base64):
        try:
            found.append(decode(word).decode("ascii").lower())
        except (ValueError, binascii.Error):
            continue
    return found


def _from_base64(word: str) -> bytes:
    return base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
