"""How the mailboxes stand, in a word, for whoever runs the product. A mailbox is no part that pages need."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from drafts.inbound import imap
from drafts.models import Mailbox

SILENT_AFTER: Final = timedelta(minutes=5)
ADVICE: Final[dict[str, Promise]] = {
    "unreachable": _("The server does not answer. Check its address, and whether it runs."),
    "timeout": _("The server took too long. It is asked again in half a minute."),
    "certificate": _("The certificate of the server is not valid for its name, or not from a known issuer."),
    "no_tls": _("The server offers no encryption, so it was not told the password."),
    "login_refused": _("The server refused user or password. It is asked again in ten minutes."),
    "no_such_folder": _("The folder that MAILBOX_URL names is not there."),
    "no_uid_validity": _("The server does not number its mails for good, so none can be counted once."),
    "refused": _("The server refused to search or to show a mail."),
    "not_understood": _("The server answered something that IMAP does not know."),
}


def summary() -> str:
    """ "ok", "not configured", or what is wrong with the worst: a code, never a name or an address."""
    try:
        names = [server.name for server in imap.servers(settings.MAILBOX_URL)]
        rows = {row.name: row for row in Mailbox.objects.filter(name__in=names)} if names else {}
    except ImproperlyConfigured:
        return "wrong address"
    except DatabaseError:
        return "unknown"
    if not names:
        return "not configured"
    states = [_state(rows.get(name)) for name in names]
    return next((state for state in states if state != "ok"), "ok")


def _state(mailbox: Mailbox | None) -> str:
    if mailbox is None:
        return "not read yet"
    if mailbox.error_code:
        return mailbox.error_code.replace("_", " ")
    if mailbox.succeeded_at is None:
        return "not read yet"
    silent = timezone.now() - mailbox.succeeded_at
    return "ok" if silent <= SILENT_AFTER else f"silent for {int(silent.total_seconds())} s"


def check_urls(app_configs: object, **_kwargs: object) -> list[CheckMessage]:
    """A system check: a mistyped MAILBOX_URL stops the start, not the first poll."""
    try:
        imap.servers(settings.MAILBOX_URL)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="drafts.E002")]
    return []
