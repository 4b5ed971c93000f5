"""What a request may ask of the answer's form, checked as the provider checks it."""

import json
from typing import Any

from salesdash.devllm.errors import invalid

_PARAM = "response_format"


def check(response_format: object, prompt: str) -> None:
    """Refuses what the provider refuses: an unknown type, JSON mode unannounced, a loose strict schema."""
    if response_format is None:
        return
    kind = response_format.get("type") if isinstance(response_format, dict) else None
    if not isinstance(response_format, dict) or kind not in ("text", "json_object", "json_schema"):
        raise invalid("'type' must be one of text, json_object, json_schema.", param=_PARAM)
    if kind == "json_object" and "json" not in prompt.lower():
        raise invalid(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
            "'json_object'.",
            param="messages",
        )
    if kind == "json_schema":
        _check_named_schema(response_format.get("json_schema"))


def _check_named_schema(named: object) -> None:
    if not isinstance(named, dict) or not isinstance(named.get("name"), str) or not named["name"]:
        raise invalid("Missing required parameter: 'response_format.json_schema.name'.", param=_PARAM)
    schema = named.get("schema")
    if schema is not None and not isinstance(schema, dict):
        raise invalid("'schema' must be an object.", param=_PARAM)
    if named.get("strict") and isinstance(schema, dict):
        _check_strict(schema, named["name"], ())


def _check_strict(schema: dict[str, Any], name: str, path: tuple[str, ...]) -> None:
    """Structured outputs want closed objects with every property required."""
    properties = schema.get("properties")
    if schema.get("type") == "object" or properties is not None:
        properties = properties if isinstance(properties, dict) else {}
        missing = sorted(set(properties) - set(schema.get("required") or []))
        fault = ""
        if schema.get("additionalProperties") is not False:
            fault = "'additionalProperties' is required to be supplied and to be false."
        elif missing:
            fault = f"'required' is required to include every key in properties. Missing {missing[0]!r}."
        if fault:
            where = f"In context={path!r}, {fault}"
            raise invalid(f"Invalid schema for response_format '{name}': {where}", param=_PARAM)
        for key, child in properties.items():
            if isinstance(child, dict):
                _check_strict(child, name, (*path, "properties", key))
    if isinstance(schema.get("items"), dict):
        _check_strict(schema["items"], name, (*path, "items"))


def fit(answer: dict[str, Any], response_format: object) -> dict[str, Any]:
    """The answer without keys that a closed schema does not name.

    A rule cannot make up what a schema wants beyond the task's answer: that is refused.
    """
    if not isinstance(response_format, dict) or response_format.get("type") != "json_schema":
        return answer
    schema = response_format["json_schema"].get("schema") or {}
    missing = [key for key in schema.get("required", []) if key not in answer]
    if missing:
        raise invalid(f"The dev server cannot answer with the properties {missing}.", param=_PARAM)
    if schema.get("additionalProperties") is False:
        return {key: value for key, value in answer.items() if key in schema.get("properties", {})}
    return answer


def wants_json(response_format: object) -> bool:
    return isinstance(response_format, dict) and response_format.get("type") in ("json_object", "json_schema")


def dump(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)
