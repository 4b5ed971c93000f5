"""Template filters and tags of every page; builtin, so templates need no {% load %}."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from django import template
from django.template import Context
from django.template.defaulttags import CsrfTokenNode
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from salesdash import frame
from salesdash.formatting import names, numbers, svg, times
from salesdash.formatting.numbers import Number
from salesdash.formatting.times import Moment
from salesdash.script_texts import script_texts

register = template.Library()

BAND_LABELS: Final = {
    "hot": _("Hot"),
    "warm": _("Warm"),
    "mild": _("Mild"),
    "cool": _("Cool"),
    "cold": _("Cold"),
}


# --- numbers -----------------------------------------------------------------------------------


@register.filter
def sd_number(value: Number | None, decimals: int = 0) -> str:
    return numbers.number(value, decimals)


@register.filter
def signed(value: Number | None, decimals: int = 0) -> str:
    return numbers.signed(value, decimals)


@register.filter
def percent(value: Number | None, decimals: int = 0) -> str:
    """From a fraction: 0.452|percent:1 → 45.2%"""
    return numbers.percent(value, decimals)


@register.filter
def yen(value: Number | None) -> str:
    return numbers.yen(value)


@register.filter
def yen_short(value: Number | None) -> str:
    """1,250万円 with the full sum as its title."""
    if value is None:
        return numbers.NOTHING
    return format_html('<span title="{}">{}</span>', numbers.yen(value), numbers.yen_short(value))


# --- times: always <time datetime>, the complete time as its title ------------------------------


def _time(value: Moment, text: str, css_class: str = "", before: str | SafeString = "") -> SafeString:
    return format_html(
        '<time{} datetime="{}" title="{}">{}{}</time>',
        format_html(' class="{}"', css_class) if css_class else "",
        timezone.localtime(value).isoformat(timespec="seconds")
        if isinstance(value, datetime)
        else value.isoformat(),
        times.full(value),
        before,
        text,
    )


@register.filter
def sd_time(value: Moment | None) -> str:
    """11/22 (日) 14:05; in another year the day alone."""
    return _time(value, times.day_time(value)) if value else numbers.NOTHING


@register.filter
def sd_date(value: Moment | None) -> str:
    return _time(value, times.day(value)) if value else numbers.NOTHING


@register.filter
def sd_clock(value: datetime | None) -> str:
    return _time(value, times.clock(value)) if value else numbers.NOTHING


@register.filter
def ago(value: Moment | None) -> str:
    """2分前, 3時間前, 昨日 16:42, 11/20 (金)"""
    return _time(value, times.ago(value)) if value else numbers.NOTHING


@register.filter
def due(value: Moment | None) -> str:
    """今日 17:00, 明日 10:30, 11/25 (水); past: ⚠ 2日超過 with class `over`."""
    if value is None:
        return numbers.NOTHING
    if times.is_over(value):
        return _time(value, times.due(value), "over", SafeString('<span aria-hidden="true">⚠ </span>'))
    return _time(value, times.due(value))


@register.filter
def is_over(value: Moment | None) -> bool:
    return times.is_over(value)


@register.filter
def sd_time_text(value: Moment | None) -> str:
    """As sd_time, without markup: for attributes and sentences."""
    return times.day_time(value) if value else numbers.NOTHING


@register.filter
def duration(seconds: float | None) -> str:
    return numbers.NOTHING if seconds is None else times.duration(seconds)


# --- people ------------------------------------------------------------------------------------


def _parts(person: Any) -> tuple[str, str]:
    """Family and given name of a lead (family_name, given_name) or a user (last_name, first_name)."""
    if hasattr(person, "family_name"):
        return person.family_name, person.given_name
    family, given = getattr(person, "last_name", ""), getattr(person, "first_name", "")
    return (family, given) if family or given else (str(person), "")


def _marked(text: str) -> SafeString:
    """The name in its own language where that is not the page's."""
    language = "ja" if names.is_east_asian(text) else "en"
    if not text or (get_language() or "").startswith(language):
        return conditional_escape(text)
    return format_html('<span lang="{}">{}</span>', language, text)


@register.filter
def person_name(person: Any) -> SafeString:
    return _marked(names.full_name(*_parts(person)))


@register.filter
def person_text(person: Any) -> str:
    """As person_name, without markup: for attributes."""
    return names.full_name(*_parts(person))


@register.filter
def honorific(person: Any) -> SafeString:
    """田中 健一 様 on a Japanese page; the plain name on any other."""
    parts = _parts(person)
    japanese = (get_language() or "").startswith("ja")
    return _marked(names.with_honorific(*parts) if japanese else names.full_name(*parts))


@register.filter
def initial(person: Any) -> str:
    return names.initial(*_parts(person))


# --- icons, marks, figures ---------------------------------------------------------------------


@register.simple_tag
@lru_cache(maxsize=256, typed=True)
def icon(name: str, size: str = "") -> SafeString:
    """A symbol of templates/_icons.html; `size` "s" is 14 px, "l" 24 px. Always decoration."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>', f"i {size}".strip(), name
    )


@register.filter
def band_label(band: str) -> str:
    return str(BAND_LABELS.get(band, ""))


@register.simple_tag
def nav_dot(count: int | str | None) -> SafeString:
    """The red count on a navigation entry; nothing for zero."""
    return _dot(count, gettext("waiting"))


@register.simple_tag
def bell_dot(count: int | str | None) -> SafeString:
    """The same on the bell."""
    return _dot(count, gettext("unread"))


@lru_cache(maxsize=512)
def _dot(count: int | str | None, words: str) -> SafeString:
    if not count:
        return SafeString("")
    n = int(count)
    return format_html(
        '<span class="dot">{}<span class="visually-hidden"> {}</span></span>', "99+" if n > 99 else n, words
    )


@register.simple_tag
def svg_bar(value: Number, maximum: Number = 100, css_class: str = "svgbar") -> SafeString:
    return svg.bar(float(value), float(maximum), css_class=css_class)


@register.simple_tag
def contribution_bar(value: Number, largest: Number) -> SafeString:
    return svg.contribution_bar(float(value), float(largest))


@register.simple_tag
def sparkline(
    values: Sequence[float], label: str, low: float | None = None, high: float | None = None
) -> SafeString:
    return svg.sparkline(values, label, low=low, high=high)


@register.simple_tag
def svg_stack(parts: Sequence[tuple[str, float]], label: str) -> SafeString:
    """Shares of one bar with a legend; parts are (name, value)."""
    legend = format_html_join(
        "",
        '<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="f{}" width="10" height="10" rx="2"/>'
        "</svg>{} {}</li>",
        ((min(i, 5), name, numbers.number(value)) for i, (name, value) in enumerate(parts, 1)),
    )
    return format_html(
        '{}<ul class="legend">{}</ul>', svg.stack([value for _name, value in parts], label), legend
    )


@register.simple_tag
def funnel(steps: Iterable[tuple[str, int]]) -> SafeString:
    """Steps as (name, count): a bar of what is left of the first, the count, the share of the step before."""
    rows = list(steps)
    first = rows[0][1] if rows else 0
    before = [first, *(count for _name, count in rows)]
    return format_html(
        '<dl class="funnel">{}</dl>',
        format_html_join(
            "",
            '<dt>{}</dt>{}<dd>{} <span class="sub">{}</span></dd>',
            (
                (
                    name,
                    svg.funnel_bar(count, first),
                    numbers.number(count),
                    numbers.percent(count / prior if prior else None, 1),
                )
                for (name, count), prior in zip(rows, before, strict=False)
            ),
        ),
    )


# --- the frame ----------------------------------------------------------------------------------

register.simple_tag(frame.stylesheets)
register.simple_tag(frame.modules)
register.simple_tag(frame.fixed)


@register.simple_tag(takes_context=True)
def main_pages(context: Context, name: str) -> SafeString:
    """A navigation with the entries that the person may go to: templates/_rail.html, _bottom_nav.html."""
    user, counts = context["user"], context.get("nav_counts")
    words = {
        "drafts": nav_dot(counts.drafts if counts else 0),
        "review": nav_dot(counts.review if counts else 0),
    }
    return frame.filled(
        name,
        words,
        nav=context.get("nav") or "",
        mailbox=bool(context.get("dev_mail")),
        may_view=user.has_perm("leads.view_lead"),
        may_measure=user.has_perm("kpis.view_kpis"),
        may_review=bool(context.get("may_review")),
    )


@register.simple_tag(takes_context=True)
def topbar(context: Context) -> SafeString:
    """What stands at the right of the head: connection, bell, account menu."""
    user, counts = context["user"], context.get("nav_counts")
    request = context.get("request")
    words = {
        "person": str(user.pk),
        "name": user.get_full_name() or user.get_username(),
        "initial": initial(user),
        "email": user.email,
        "dot": bell_dot(counts.unread) if counts else "",
        "page": quote(request.path, safe="") if request else "",
        "token": CsrfTokenNode().render(context),
    }
    return frame.filled(
        "_topbar.html",
        words,
        dev_writer=bool(context.get("dev_writer")),
        bell=counts is not None,
        on_desktop=bool(user.preferences.get("notifications_on_desktop")),
        mailbox=bool(context.get("dev_mail")) and user.has_perm("drafts.view_draft"),
        staff=user.is_staff,
        is_feedback=context.get("nav") == "feedback",
    )


@register.simple_tag
def sd_texts() -> SafeString:
    """Translated texts for static/js/texts.js."""
    return _texts(get_language())


@lru_cache(maxsize=8)
def _texts(language: str | None) -> SafeString:
    return json_script(script_texts(), "sd-texts")


@register.simple_tag
def pages(previous_url: str, next_url: str, target: str = "") -> SafeString:
    """Links to the neighbouring pages, '' where there is none. `target`: what htmx replaces, a selector."""
    facts = {"previous_url": previous_url, "next_url": next_url, "target": target}
    return SafeString(render_to_string("_pages.html", facts, using="jinja2"))


@register.filter
def texts_script(texts: dict[str, str], element_id: str) -> SafeString:
    """As json_script, for texts that are the same on the next page."""
    return _texts_script(tuple(texts.items()), element_id)


@lru_cache(maxsize=64)
def _texts_script(texts: tuple[tuple[str, str], ...], element_id: str) -> SafeString:
    return json_script(dict(texts), element_id)
