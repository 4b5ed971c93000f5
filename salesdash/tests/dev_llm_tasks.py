"""Prompts as the application sends them, for the tests of the dev server."""

import copy
import json

JA_TASK = {
    "task": "draft",
    "language": "ja",
    "purpose": "ice_breaker",
    "tone": "polite",
    "variant": 0,
    "lead": {"family_name": "佐藤", "given_name": "健一", "title": "部長", "department": "営業企画部"},
    "company": {"name": "株式会社青葉精機", "industry": "製造業"},
    "sender": {"name": "田中 美咲", "team": "第一営業部", "company": "株式会社セールスダッシュ"},
    "facts": [
        {"id": "F1", "kind": "industry", "text": "業種は製造業", "value": "製造業"},
        {"id": "F2", "kind": "activity", "text": "料金ページを直近14日間に3回閲覧しました", "value": "3"},
        {"id": "F3", "kind": "activity", "text": "導入事例集をダウンロード", "value": "導入事例集"},
        {"id": "F4", "kind": "product", "text": "見込み客の温度感を一覧できるクラウド", "value": ""},
    ],
    "instruction": "",
    "avoid": [],
    "previous_subjects": [],
}
EN_TASK = {
    **JA_TASK,
    "language": "en",
    "lead": {"family_name": "Sato", "given_name": "Kenichi", "title": "Manager", "department": "Sales"},
    "company": {"name": "Aoba Precision Co., Ltd.", "industry": "manufacturing"},
    "sender": {"name": "Misaki Tanaka", "team": "Sales Team 1", "company": "Salesdash Inc."},
    "facts": [
        {"id": "F1", "kind": "industry", "text": "Industry: manufacturing", "value": "manufacturing"},
        {"id": "F2", "kind": "activity", "text": "Viewed the pricing page 3 times", "value": "3"},
        {"id": "F3", "kind": "activity", "text": "Downloaded the case study collection", "value": ""},
    ],
}
DRAFT_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["subject", "body", "claims"],
    "properties": {
        "subject": {"type": "string"},
        "body": {"type": "string"},
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["phrase", "fact_id"],
                "properties": {"phrase": {"type": "string"}, "fact_id": {"type": "string"}},
            },
        },
    },
}
JSON_MODE = {"type": "json_object"}


def task(base=JA_TASK, **changes):
    return {**copy.deepcopy(base), **changes}


def judging(draft, base=JA_TASK, **changes):
    return task(base, task="judge", draft=draft, claims=draft.get("claims", []), **changes)


def messages(data, instruction=""):
    block = json.dumps(data, ensure_ascii=False, indent=1)
    return [
        {"role": "system", "content": "You write business mail. Answer in JSON."},
        {"role": "user", "content": f"{instruction}\n<data>\n{block}\n</data>\n"},
    ]


def schema_format(schema=DRAFT_SCHEMA, *, strict=True):
    return {"type": "json_schema", "json_schema": {"name": "draft", "strict": strict, "schema": schema}}
