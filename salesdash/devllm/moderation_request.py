"""POST /v1/moderations: one result per input."""

import secrets
from dataclasses import dataclass
from typing import Any

from salesdash.devllm import moderation
from salesdash.devllm.errors import invalid, unknown_model
from salesdash.devllm.options import MODERATION_MODEL

_MODELS = (MODERATION_MODEL, "omni-moderation-2024-09-26")


@dataclass(frozen=True)
class Input:
    text: str
    with_text: bool = True
    with_image: bool = False


def read(body: dict[str, Any]) -> list[Input]:
    model, given = body.get("model", MODERATION_MODEL), body.get("input")
    if model not in _MODELS:
        raise unknown_model(str(model), _MODELS)
    if isinstance(given, str):
        return [Input(given)]
    if not isinstance(given, list) or not given:
        raise invalid("'input' must be a string or an array of at least one input.", param="input")
    if all(isinstance(text, str) for text in given):
        return [Input(text) for text in given]
    return [_multimodal(given)]


def _multimodal(parts: list[Any]) -> Input:
    """Texts and images of one array are one input; an image is accepted and not looked at."""
    kinds = [part.get("type") if isinstance(part, dict) else None for part in parts]
    texts = [part.get("text") for part, kind in zip(parts, kinds, strict=True) if kind == "text"]
    images = [part.get("image_url") for part, kind in zip(parts, kinds, strict=True) if kind == "image_url"]
    if len(texts) + len(images) != len(parts) or not all(isinstance(text, str) for text in texts):
        raise invalid("'input' must hold strings, or objects of type text or image_url.", param="input")
    if not all(isinstance(image, dict) and isinstance(image.get("url"), str) for image in images):
        raise invalid("'image_url' must be an object with a 'url'.", param="input")
    return Input("\n".join(map(str, texts)), bool(texts), bool(images))


def answer(inputs: list[Input], *, model: str, flags: list[bool]) -> dict[str, Any]:
    results = [
        moderation.result(item.text, with_text=item.with_text, with_image=item.with_image, flag=flag)
        for item, flag in zip(inputs, flags, strict=True)
    ]
    return {"id": f"modr-{secrets.token_hex(12)}", "model": model, "results": results}
