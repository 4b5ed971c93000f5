"""salesdash: leads by temperature, drafts that are safe to send, honest statistics."""

from salesdash.celery import app as celery_app

__all__ = ["celery_app"]
