"""WSGI entry for gunicorn: plain HTTP in production (WebSockets go to daphne, see asgi.py)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesdash.settings")

from salesdash import telemetry

# it adds a middleware, so it must come before Django loads them
telemetry.configure()
application = get_wsgi_application()
