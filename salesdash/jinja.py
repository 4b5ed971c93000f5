"""Jinja's environment: what the templates of the lead table may call."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import translation
from jinja2 import BaseLoader, Environment, StrictUndefined

from salesdash.formatting import numbers
from salesdash.templatetags import sd


def environment(*, loader: BaseLoader, auto_reload: bool, **_usual: Any) -> Environment:
    """Texts by `gettext` and its kin; named values in them are escaped, a bare `%` is written `%%`."""
    made = Environment(
        loader=loader,
        auto_reload=auto_reload,
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    made.globals.update(address=address, icon=sd.icon, fixed=sd.fixed, number=numbers.number)
    return made


@lru_cache(maxsize=1024)
def address(name: str, *args: int) -> str:
    """Of a page; the same in each answer, so it is looked up once per process."""
    return reverse(name, args=args)
