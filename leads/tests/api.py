"""Callers of the API, and its published description."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator
from rest_framework.authtoken.models import Token

from salesdash.models import User


class Caller:
    """Signs in by token."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Token {Token.objects.get_or_create(user=user)[0].key}"}

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=self.headers)

    def post(self, path: str, body: Any) -> Any:
        """`body` as JSON, or as it is if it is a text."""
        text = body if isinstance(body, str) else json.dumps(body)
        return self.client.post(f"/api/v1/{path}", text, "application/json", headers=self.headers)


def description(client: Client) -> dict[str, Any]:
    schema: dict[str, Any] = client.get("/api/v1/schema/?format=json").json()
    return schema


def conforms(client: Client, body: Any, name: str) -> None:
    components = description(client)["components"]
    Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": components}).validate(body)
