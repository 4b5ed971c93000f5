"""Jinja's environment: what the templates of the lead table may call."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import translation
from jinja2 import BaseLoader, Environment, StrictUndefined
from markupsafe import Markup

from salesdash import frame
from salesdash.formatting import numbers
from salesdash.templatetags import sd


def environment(*, loader: BaseLoader, auto_reload: bool, **_usual: Any) -> Environment:
    made = Environment(loader=loader, auto_reload=auto_reload, autoescape=True, undefined=StrictUndefined)
    made.globals.update(
        address=address,
        fixed=frame.fixed,
        gettext=gettext,
        icon=sd.icon,
        number=numbers.number,
        pgettext=pgettext,
    )
    return made


@lru_cache(maxsize=1024)
def address(name: str, *args: int) -> str:
    """Of a page; the same in each answer, so it is looked up once per process."""
    return reverse(name, args=args)


def gettext(message: str, **values: object) -> Markup:
    """A text of ours, unescaped: `message` is a literal. `values` are escaped. Made once per language."""
    text = _text(translation.get_language(), message, "")
    return text % values if values else text


def pgettext(context: str, message: str) -> Markup:
    return _text(translation.get_language(), message, context)


@lru_cache(maxsize=1024)
def _text(language: str | None, message: str, context: str) -> Markup:
    text = translation.pgettext(context, message) if context else translation.gettext(message)
    return Markup(text)  # noqa: S704 - as Django's {% translate %} has it
