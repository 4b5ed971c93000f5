"""WSGI entry for gunicorn: plain HTTP in production (WebSockets go to daphne, see asgi.py)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesdash.settings")
application = get_wsgi_application()

from salesdash import telemetry  # noqa: E402  (Django must be set up first)

telemetry.configure()
