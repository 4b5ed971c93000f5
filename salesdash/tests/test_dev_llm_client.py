"""The dev server as the official client sees it."""

import io
import json
import wave

import openai
import pytest

from salesdash.devllm import DevServer
from salesdash.tests.dev_llm_tasks import EN_TASK, judging, messages, schema_format, task

WRITER = "salesdash-dev-writer"


@pytest.fixture(scope="module")
def server():
    with DevServer() as running:
        yield running


@pytest.fixture(scope="module")
def client(server):
    with openai.OpenAI(base_url=server.base_url, api_key="unused", max_retries=0) as ready:
        yield ready


def wav(seconds):
    target = io.BytesIO()
    with wave.open(target, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(8000)
        recording.writeframes(b"\0\0" * int(8000 * seconds))
    return target.getvalue()


def test_a_draft_comes_in_the_asked_schema(client):
    answer = client.chat.completions.create(
        model=WRITER, messages=messages(task()), response_format=schema_format()
    )
    draft = json.loads(answer.choices[0].message.content)
    assert answer.choices[0].finish_reason == "stop"
    assert list(draft) == ["subject", "body", "claims"]
    assert draft["body"].startswith("株式会社青葉精機\n営業企画部 部長\n佐藤 健一 様")


def test_usage_adds_up(client):
    usage = client.chat.completions.create(model=WRITER, messages=messages(task())).usage
    assert usage.prompt_tokens > 200
    assert usage.completion_tokens > 150
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_a_long_prompt_seen_before_counts_as_cached(client):
    long = messages(task(), "Read the house rules. " * 400)
    before, after = (
        client.chat.completions.create(model=WRITER, messages=long).usage.prompt_tokens_details.cached_tokens
        for _ in range(2)
    )
    assert before == 0
    assert after >= 1024
    assert after % 128 == 0


def test_several_choices_differ(client):
    answer = client.chat.completions.create(model=WRITER, messages=messages(task()), n=3)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert len({choice.message.content for choice in answer.choices}) == 3


def test_the_same_request_gets_the_same_answer(client):
    texts = {
        client.chat.completions.create(model=WRITER, messages=messages(task())).choices[0].message.content
        for _ in range(2)
    }
    assert len(texts) == 1


def test_a_stream_carries_the_text_of_the_whole_answer(client):
    whole = client.chat.completions.create(model=WRITER, messages=messages(EN_TASK))
    with client.chat.completions.create(
        model=WRITER, messages=messages(EN_TASK), stream=True, stream_options={"include_usage": True}
    ) as stream:
        chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1])
    assert text == whole.choices[0].message.content
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage.completion_tokens == whole.usage.completion_tokens
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_stream_without_usage_ends_with_the_finish_reason(client):
    chunks = list(client.chat.completions.create(model=WRITER, messages=messages(task()), stream=True))
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert all(chunk.usage is None for chunk in chunks)


def test_the_token_limit_cuts_the_answer(client):
    answer = client.chat.completions.create(model=WRITER, messages=messages(task()), max_completion_tokens=20)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens <= 20


def test_the_judge_answers_scores(client):
    draft = json.loads(
        client.chat.completions.create(model=WRITER, messages=messages(task())).choices[0].message.content
    )
    answer = client.chat.completions.create(
        model="salesdash-dev-judge", messages=messages(judging(draft)), seed=1
    )
    verdict = json.loads(answer.choices[0].message.content)
    assert verdict["score"] >= 80
    assert set(verdict["axes"]) == {"industry_alignment", "tone", "truth"}


def test_without_a_task_it_says_what_it_is(client):
    answer = client.chat.completions.create(model=WRITER, messages=[{"role": "user", "content": "Hello"}])
    assert "dev server" in answer.choices[0].message.content


def test_moderation_answers_one_result_per_input(client):
    answer = client.moderations.create(input=["資料をお送りします。", "殺すぞ", "Thank you for your time."])
    assert [result.flagged for result in answer.results] == [False, True, False]
    assert answer.results[1].categories.harassment_threatening
    assert answer.model == "omni-moderation-latest"


def test_models_say_that_they_are_for_development(client):
    names = [model.id for model in client.models.list()]
    assert names[:3] == [WRITER, "salesdash-dev-judge", "omni-moderation-latest"]
    assert client.models.retrieve(WRITER).owned_by == "salesdash-dev"


@pytest.mark.parametrize(("language", "words"), [("ja", "12.5秒のWAV音声"), ("en", "12.5 seconds")])
def test_a_transcription_states_the_length_and_that_nothing_was_recognised(client, language, words):
    answer = client.audio.transcriptions.create(
        model="salesdash-dev-transcriber", file=("call.wav", wav(12.5)), language=language
    )
    assert words in answer.text
    assert "音声認識は行っていません" in answer.text or "No speech recognition" in answer.text


def test_a_verbose_transcription_has_a_duration_and_a_segment(client):
    answer = client.audio.transcriptions.create(
        model="salesdash-dev-transcriber", file=("call.wav", wav(2)), response_format="verbose_json"
    )
    assert answer.duration == 2.0
    assert answer.language == "japanese"
    assert answer.segments[0].end == 2.0


def test_other_audio_is_described_by_its_size(client):
    answer = client.audio.transcriptions.create(
        model="salesdash-dev-transcriber",
        file=("call.webm", b"\x1aE\xdf\xa3--\r\n--x\r\n\r\n"),
        language="en",
    )
    assert "an audio file of 15 bytes" in answer.text


def test_a_text_transcription_is_plain_text(client):
    answer = client.audio.transcriptions.create(
        model="salesdash-dev-transcriber", file=("call.wav", wav(1)), response_format="text"
    )
    assert "1.0秒" in answer


async def test_the_asynchronous_client_streams_too(server):
    async with openai.AsyncOpenAI(base_url=server.base_url, api_key="unused") as client:
        stream = await client.chat.completions.create(model=WRITER, messages=messages(task()), stream=True)
        texts = [chunk.choices[0].delta.content or "" async for chunk in stream]
    assert json.loads("".join(texts))["subject"]
