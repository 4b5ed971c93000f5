"""The demo's DNS: the owner of its example domain publishes at once whatever is asked of them.

Written to the file from which the local mail server answers questions (salesdash/devmail/dns.py), so that the
demo's domain is looked up and proved like any other. Other domains have no records there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from salesdash.devmail.dns import ZONE_FILE
from salesdash.models import DomainProof
from salesdash.sending_domains.looking import KEY, LABEL

DOMAIN: Final = "sampleflow.example"
SPF_HOST: Final = f"spf.{DOMAIN}"
SELECTOR: Final = "demo"
# of a key whose private half was thrown away: the local mail server signs nothing
_PUBLIC_KEY: Final = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsH6Khs4u8KqFI5uNj0G+B2Ao6AHixqjDwbvTIM9QRAwEPakY+QtK8B"
    "Y2XzBwng7javETXe1HH+PtNEBXJ+8hOdoJTeYbuk3KKne2muZkpRdWaM2eSgzVTm/leipiWMns0u0vE8xexXsizVyPT2wTAFy+"
    "1mGoKI0qe1tmZTKGywawxKLxgHRpQtpO5tJpgECd5Jhkg1r4UyV8WuXCzF8e6th5xM7zCRPJfVSXvfsJyRwcHR/4wVKrYpR9ww"
    "2L2Pw4FhGZiDqJViTLW/E2/RI5fxWLaRX8fFK7axMYVq1ArsTOeHZP0DO/D8hC4IvjrwrYkjzdxyh+ni/Un5/vQpHzhQIDAQAB"
)


def publish() -> None:
    """Does nothing outside of a demo with the local mail server."""
    if not (settings.DEMO and settings.DEV_MAIL_FOLDER):
        return
    path = Path(settings.DEV_MAIL_FOLDER) / ZONE_FILE
    text = json.dumps(_zone(), indent=1, sort_keys=True)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def _zone() -> dict[str, dict[str, Any]]:
    tokens = DomainProof.objects.filter(domain=DOMAIN).order_by("pk").values_list("token", flat=True)
    return {
        f"{LABEL}.{DOMAIN}": {"txt": [f"{KEY}{token}" for token in tokens]},
        DOMAIN: {"txt": [f"v=spf1 include:{SPF_HOST} -all"]},
        SPF_HOST: {"txt": ["v=spf1 ip4:127.0.0.1 -all"]},
        f"{SELECTOR}._domainkey.{DOMAIN}": {"txt": [f"v=DKIM1; k=rsa; p={_PUBLIC_KEY}"]},
        f"_dmarc.{DOMAIN}": {"txt": [f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{DOMAIN}"]},
    }
