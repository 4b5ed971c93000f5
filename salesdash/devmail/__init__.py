"""The local mail server: takes what is sent and shows it, holds mailboxes, fails on purpose when asked to.

SMTP twice, as at any provider: `submission` for what we send (kept, never passed on), `incoming` for what
others send to us (put into the mailbox of its recipient). IMAP4rev1 for the mailboxes. DNS, if asked for,
for the domain that is sent from. The standard library, and dnspython for the format of DNS.
"""

from salesdash.devmail.options import Options
from salesdash.devmail.server import DevMail

__all__ = ["DevMail", "Options"]
