"""Settings of Django REST framework and drf-spectacular; classes by name, because settings are read first."""

from __future__ import annotations

from typing import Any, Final

REST_FRAMEWORK: Final[dict[str, Any]] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "salesdash.api.authentication.TokenAuthentication",
        "salesdash.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["salesdash.api.parsers.ShallowJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "salesdash.api.operations.ApiSchema",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_THROTTLE_CLASSES": ["salesdash.api.throttling.ScopedThrottle"],
    "EXCEPTION_HANDLER": "salesdash.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR: Final[dict[str, Any]] = {
    "TITLE": "salesdash API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # as the views name them: what one looks for first, the cursor last
    "SORT_OPERATION_PARAMETERS": False,
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+/",
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    # a request has no fields that only answers have, and the other way round
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "Stage": "leads.models.lead.Stage",
        "Industry": "leads.models.lead.Industry",
        "ConsentBasis": "leads.models.lead.ConsentBasis",
        "CallOutcome": "leads.calls.Outcome",
        "ActivityType": "leads.api.serializers.TYPES",
        "TakenActivityType": "leads.api.serializers.TAKEN_TYPES",
        "Purpose": "drafts.models.prompt.Purpose",
        "DraftState": "drafts.models.draft.State",
        "DraftOrigin": "drafts.models.draft.Origin",
        "DealStatus": "leads.models.lead.Deal.Status",
        "BatchStatus": "drafts.models.batch.DraftBatch.Status",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "salesdash.api.schema.add_problems",
    ],
}
