"""Callers of the API, and its published description."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator

from salesdash import tokens
from salesdash.models import User


class Caller:
    """Signs in by token."""

    def __init__(self, user: User, scope: str = "write") -> None:
        self.client = Client()
        _token, secret = tokens.create(user=user, name="test", scope=scope)
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=self._headers(headers))

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("post", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("put", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("patch", path, body, **headers)

    def send(self, method: str, path: str, body: Any, **headers: str) -> Any:
        """`body` as JSON, or as it is if it is a text; headers by their names with underscores."""
        text = body if isinstance(body, str) else json.dumps(body)
        send = getattr(self.client, method)
        return send(f"/api/v1/{path}", text, "application/json", headers=self._headers(headers))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {**self.headers, **{name.replace("_", "-"): value for name, value in more.items()}}


def description(client: Client) -> dict[str, Any]:
    schema: dict[str, Any] = client.get("/api/v1/schema/?format=json").json()
    return schema


def conforms(client: Client, body: Any, name: str) -> None:
    components = description(client)["components"]
    Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": components}).validate(body)
