from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from kpis import layers
from kpis.targets import Status
from salesdash.rates import Rate

register = template.Library()


@register.filter
def status_word(status: Status) -> str:
    return {
        Status.MET: _("on target"),
        Status.NEAR: _("close to the target"),
        Status.MISSED: _("off target"),
        Status.NONE: _("no data yet"),
    }[status]


@register.filter
def rate_interval(rate: Rate) -> str:
    return layers.interval(rate)


@register.filter
def p_value(value: float) -> str:
    """`p = 0.042`; tiny ones as a bound, `p < 0.001`."""
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"
