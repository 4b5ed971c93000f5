"""What an order to a language model looks like, in English, in Japanese, and as machines write it.

A company may be called Ignore Design, and a note may speak of instructions: a pattern wants the verb and its
object together, where possible in the form of a command.
"""

from __future__ import annotations

import re
from typing import Final

_ENGLISH: Final = (
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}"
    r"\b(?:previous|above|prior|earlier|all|any|system|these|those|your)\b.{0,30}"
    r"\b(?:instructions?|prompts?|rules?|directions?|guidelines?|text)\b",
    r"(?:^|[.;:!?)\]>]\s*|\b(?:please|and|must|should|now)\s)(?:ignore|disregard|forget|override|bypass)\b"
    r".{0,20}\b(?:rules|instructions|guidelines|directions|prompt)\b",
    r"\bdo not (?:follow|obey|comply with)\b.{0,15}\b(?:guidelines?|rules?|instructions?|prompt)\b",
    r"\b(?:follow|obey|execute) (?:these|the following|my|only these) (?:new )?instructions?"
    r"(?: (?:instead|only|exactly)|\s?[:,])",
    r"\bsystem prompt\b|\b(?:system|developer) (?:message|instructions?)\s?[:=]"
    r"|\b(?:your|the) (?:system|developer) (?:message|instructions?)\b",
    r"\bjailbreak (?:mode|prompt|yourself|the)\b|\bdan mode\b",
    r"\byou are (?:now|no longer) (?:an?|the|in|free|dan|unrestricted|bound|my|called|acting)\b",
    r"\bfrom now on,? (?:you\b|respond|answer|write|reply)",
    r"\bact as (?:an? )?(?:ai|assistant|language model|different|my)\b|\bpretend (?:to be|that you)\b",
    r"\b(?:print|reveal|repeat|output|show|leak)\b.{0,30}"
    r"\b(?:prompt|instructions?|secrets?|api keys?|passwords?)\b",
    r"\bnew (?:instructions?|rules?)\s?:|\b(?:respond|reply|answer) only with\b",
    r"\b(?:note|message|instructions?) (?:to|for) (?:the )?(?:ai|llm|model|chatbot|language model)\b",
    r"\b(?:include|insert|add|write|use|mention) the (?:exact )?(?:sentence|phrase|words?|line|text)"
    r"\s?[:'\"“‘]",
    r"\bwhen (?:you )?(?:writ|draft|generat|compos)\w*\b.{0,30}\b(?:always|never|must|promise|offer)\b",
    r"\b(?:score|rate|grade) this\b"
    r"|\b(?:return|give|assign|output|award)\b.{0,25}\b(?:score|rating|grade)s?\b.{0,12}\b(?:100|full|max|perfect)",
)
_JAPANESE: Final = (
    r"(?:これまで|以前|上記|前述|先ほど|今まで|前)の?.{0,8}(?:指示|命令|指令|ルール|規則|プロンプト|設定).{0,12}"
    r"(?:無視|忘れ|破棄|上書き|従わ|解除|リセット)",
    r"(?:すべて|全て|他|システム|元)の?.{0,8}(?:指示|命令|指令|ルール|規則|プロンプト).{0,12}"
    r"(?:無視|忘れ|破棄|上書き|従わ|解除|リセット)",
    r"(?:指示|命令|ルール|プロンプト)(?:を|は)?(?:すべて|全て)?(?:無視|忘れ|破棄|上書き)",
    r"(?:ここ|これ|今|いま)まで.{0,6}(?:内容|文|話|やり取り).{0,6}(?:忘れ|無視|破棄)",
    r"無視して[、,]?\s?(?:代わりに|かわりに|以下|次)",
    r"システムプロンプト|プロンプトを(?:表示|出力|教え)|あなたは(?:今|いま|これ)?から",
    r"(?:あなた|お前)の.{0,6}(?:ルール|規則|制限|指示|設定).{0,8}(?:無効|解除|忘れ|無視)",
    r"(?:次|以下)の(?:文|文章|内容|指示|命令)(?:だけ|のみ)?(?:を|に).{0,10}(?:出力|返答|回答|従|実行)",
    r"と(?:だけ|のみ)(?:出力|返答|回答|返信|書い)|(?:回答|返答|出力|応答)せよ|以[後降]の出力",
    r"(?:新しい|追加の|緊急の)(?:指示|命令)[:：は]|【(?:システム)?(?:指示|命令|プロンプト)】",
    r"(?:本文|件名)(?:の.{0,6})?に.{0,40}と(?:必ず)?(?:書|入れ|記載|含め)",
    r"(?:この|本)メール(?:を|の|に).{0,15}(?:必ず|絶対|常に).{0,20}(?:書|記載|入れ|含め)",
    r"(?:AI|LLM|ChatGPT|チャットボット|言語モデル)(?:へ|宛て?|向け|に対する)(?:の?(?:指示|命令|お願い)|[。、:：])",
    r"(?:として|のように)(?:振る?舞え|ふるまえ|振る?舞って)",
    r"(?:採点|評価|スコア|点数|審査).{0,12}(?:100点|百点|満点|高得点)(?:に|と|を)(?:し|付け|つけ|出力|与え)",
)
# chat formats, JSON and tools
_MACHINES: Final = (
    r"<\|[^|]{0,30}\|>|\[/?(?:inst|system|assistant|developer)\]|<<sys>>",
    r"</?(?:data|system|instructions?|prompt|tool_calls?|function_calls?|assistant)\b[^>]{0,40}>",
    r"#{2,}\s?(?:system|instructions?|response)\b",
    r"\b(?:system|assistant|developer)\s?:\s?"
    r"(?:you|ignore|always|never|sure|of course|certainly|okay|here is)\b",
    r"(?:\b(?:system|assistant)|システム|アシスタント)\s?[:：]\s?(?:あなた|以下|以後|以降|必ず|はい|承知|了解)",
    r"\"role\"\s?:\s?\"(?:system|assistant|developer|tool|user)\"",
    r"\"(?:instructions?|system|prompt|指示|命令)\"\s?:|\"(?:subject|body|claims)\"\s?:\s?[\"\[]",
    r"\"(?:tool_calls?|function_call|function)\"\s?:",
)
# data that shall leave by an address
_LEAKS: Final = (
    r"!\[[^\]]{0,40}\]\(\s?https?:",
    r"https?://[^\s]{1,200}[?&]\w{1,20}=(?:[（({\[<]|%7b)",
    r"\b(?:append|attach|put|embed|encode|send|post|submit|forward|upload)\b.{0,20}"
    r"\b(?:facts?|data|lists?|prompt|text|context|conversation|passwords?|contacts?)\b.{0,30}https?://",
    r"(?:顧客|事実|データ|情報|一覧|本文|内容|プロンプト).{0,20}https?://[^\s]{1,200}.{0,16}"
    r"(?:送信|送って|送れ|転送|付け|付加|埋め込)(?!済|しま|した|され)",
)
# a Latin word ends where a Japanese one begins: hence ASCII
ORDERS: Final = re.compile("|".join((*_ENGLISH, *_JAPANESE, *_MACHINES, *_LEAKS)), re.IGNORECASE | re.ASCII)
# the same without any blank, for letters that were written apart
SQUEEZED: Final = re.compile(
    r"(?:ignore|disregard|forget|override|bypass).{0,24}(?:instruction|prompt|rules|guideline)"
    r"|systemprompt|youarenow(?:a|the|dan)|revealyour",
    re.IGNORECASE,
)
# all kana as hiragana, for words that were written in the other ones
KANA: Final = re.compile(
    r"(?:指示|しじ|命令|めいれい|るーる|規則|ぷろんぷと)(?:を|は)?(?:すべて|全て)?"
    r"(?:無視|むし(?:し|せ)|忘れ|わすれ|破棄)"
)
