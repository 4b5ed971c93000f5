"""Times as people say them, in the active time zone and language.

The format strings are messages: `M j (D)` in English is `n/j (D)` in Japanese (`11/22 (日)`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import dateformat, timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext

Moment = datetime | date


def local(value: Moment) -> Moment:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def day(value: Moment, now: datetime | None = None) -> str:
    """`11/22 (日)`; in another year `2025/12/03`."""
    return _day_seen(local(value), timezone.localtime(now))


def _day_seen(here: Moment, now: datetime) -> str:
    """Both in the active zone."""
    date_here = here.date() if isinstance(here, datetime) else here
    return _day(date_here, here.year == now.year, get_language())


@lru_cache(maxsize=4096)
def _day(here: date, this_year: bool, language: str | None) -> str:
    if this_year:
        return dateformat.format(here, pgettext("date format, day of this year", "M j (D)"))
    return dateformat.format(here, pgettext("date format, day of another year", "M j, Y"))


def day_time(value: Moment, now: datetime | None = None) -> str:
    """`11/22 (日) 14:05`; in another year, and for a date, the day alone."""
    text = day(value, now)
    if isinstance(value, datetime) and local(value).year == timezone.localtime(now).year:
        return f"{text} {clock(value)}"
    return text


def full(value: Moment) -> str:
    """`2026/11/22 14:05`, for titles."""
    here = local(value)
    text = dateformat.format(here, pgettext("date format, complete", "M j, Y"))
    return f"{text} {clock(value)}" if isinstance(value, datetime) else text


def clock(value: datetime) -> str:
    return f"{timezone.localtime(value):%H:%M}"


def ago(value: Moment, now: datetime | None = None) -> str:
    """`たった今`, `2分前`, `3時間前`, `昨日 16:42`, then the day."""
    if not isinstance(value, datetime):
        return day(value, now)
    now = now or timezone.now()
    passed = now - value
    if passed < -timedelta(minutes=1):
        return day_time(value, now)
    minutes = max(int(passed.total_seconds() // 60), 0)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return gettext("%(n)d min ago") % {"n": minutes}
    # a look at the active zone costs as much as all the rest
    zone = timezone.get_current_timezone()
    here, today = value.astimezone(zone), now.astimezone(zone)
    days = (today.date() - here.date()).days
    if days == 0:
        return gettext("%(n)d h ago") % {"n": minutes // 60}
    if days == 1:
        return gettext("yesterday %(time)s") % {"time": f"{here:%H:%M}"}
    return _day_seen(here, today)


def is_over(value: Moment | None, now: datetime | None = None) -> bool:
    """Whether a due time has passed; a date is due until its end."""
    if value is None:
        return False
    now = now or timezone.now()
    if isinstance(value, datetime):
        return value < now
    return value < timezone.localtime(now).date()


def due(value: Moment, now: datetime | None = None) -> str:
    """`今日 17:00`, `明日 10:30`, `11/25 (水)`, `2日超過`; without a time for dates."""
    now = now or timezone.now()
    days = _days_between(value, now)
    if is_over(value, now):
        return _overdue(value, days, now)
    time = f" {clock(value)}" if isinstance(value, datetime) else ""
    if days == 0:
        return gettext("today") + time
    if days == -1:
        return gettext("tomorrow") + time
    return day(value, now)


def _overdue(value: Moment, days: int, now: datetime) -> str:
    if days > 0:
        return ngettext("%(n)d day over", "%(n)d days over", days) % {"n": days}
    hours = int((now - value).total_seconds() // 3600) if isinstance(value, datetime) else 0
    if hours < 1:
        return gettext("just due")
    return ngettext("%(n)d hour over", "%(n)d hours over", hours) % {"n": hours}


def duration(seconds: float) -> str:
    """`45秒`, `12分`, `2時間10分`, `3日4時間`: the two largest units."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return gettext("%(n)d s") % {"n": max(int(seconds), 0)}
    if minutes < 60:
        return gettext("%(n)d min") % {"n": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return gettext("%(h)d h %(m)d min") % {"h": hours, "m": minutes}
    days, hours = divmod(hours, 24)
    return gettext("%(d)d d %(h)d h") % {"d": days, "h": hours}


def _days_between(value: Moment, now: datetime) -> int:
    """Calendar days from `value` to now in the active zone; negative in the future."""
    here = local(value)
    then = here.date() if isinstance(here, datetime) else here
    return (timezone.localtime(now).date() - then).days
