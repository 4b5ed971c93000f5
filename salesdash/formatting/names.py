"""Names of people, companies and teams: family then given in East Asian scripts, as written elsewhere."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import get_language

_EAST_ASIAN: Final = re.compile(
    "[\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


def is_east_asian(text: str) -> bool:
    return bool(_EAST_ASIAN.search(text))


def full_name(family: str, given: str) -> str:
    """`田中 健一`, `Alexander Müller`; stored letter forms (髙, 﨑) are kept."""
    parts = (family, given) if is_east_asian(family + given) else (given, family)
    return " ".join(part for part in parts if part)


def with_honorific(family: str, given: str) -> str:
    """`田中 健一 様`: on screen, for a Japanese name."""
    name = full_name(family, given)
    return f"{name} 様" if is_east_asian(name) else name


def salutation(family: str, given: str = "", title: str = "") -> str:
    """First words of a Japanese mail: `部長 田中様`, never `田中部長様`; without a title `田中様`."""
    name = family if is_east_asian(family) else full_name(family, given)
    return f"{title} {name}様" if title else f"{name}様"


def company_salutation(company: str) -> str:
    return f"{company} 御中"


def in_page_language(name: str, name_en: str) -> str:
    """The English name, where there is one, on a page that is not Japanese."""
    return name_en if name_en and not shown_in_japanese() else name


def shown_in_japanese() -> bool:
    """Also where no language is active, as in a migration."""
    return (get_language() or "ja").startswith("ja")


def initial(family: str, given: str = "") -> str:
    """One letter for an avatar; `・` where there is no name."""
    name = full_name(family, given).strip()
    return name[:1].upper() or "・"
