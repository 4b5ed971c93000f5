"""What goes over the wire: exact, small, and readable by any MessagePack decoder."""

import json

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.live import frames
from leads.live.frames import LeadsFrame

columns = st.dictionaries(st.integers(1, 2**53), st.integers(0, 65535), max_size=60).map(
    lambda leads: sorted(leads.items())
)


@given(columns, st.integers(0, 2**32 - 1), st.integers(1, 2**40), st.sampled_from(["", "ab" * 16]))
def test_a_frame_comes_back_as_it_was_sent(leads, epoch, seq, trace):
    frame = LeadsFrame(epoch, 3, seq, 1_795_000_000_000, leads, trace)
    assert frames.decode(frames.encode(frame)) == frame


@given(st.floats(-8, 8))
def test_a_level_moves_a_temperature_by_less_than_a_hundredth(doublings):
    exact = 100 * (1 - 2 ** -(2**doublings))
    assert frames.temperature(frames.level(doublings)) == pytest.approx(exact, abs=0.005)


@pytest.mark.parametrize(("doublings", "shown"), [(-8.1, 0), (float("-inf"), 0), (0, 50), (40, 100)])
def test_levels_at_the_ends_of_the_scale(doublings, shown):
    assert frames.temperature(frames.level(doublings)) == pytest.approx(shown)


def test_ids_that_do_not_ascend_are_refused():
    with pytest.raises(ValueError, match="ascend"):
        frames.columns([(5, 1), (4, 1)])


def test_a_message_is_a_map_with_a_kind():
    data = frames.message("draft", id=7, state="ready")
    assert msgpack.unpackb(data) == {"v": 1, "kind": "draft", "id": 7, "state": "ready"}


def as_objects(frame: LeadsFrame) -> bytes:
    """The same content as a JSON API would push it: each lead an object that stands by itself."""
    leads = [
        {"id": lead_id, "temperature": round(frames.temperature(level), 2), "at": frame.at_ms}
        for lead_id, level in frame.leads
    ]
    message = {"v": 1, "epoch": frame.epoch, "team": frame.team_id, "seq": frame.seq, "leads": leads}
    return json.dumps(message, separators=(",", ":")).encode()


@pytest.mark.parametrize("count", [17, 50, 200])
def test_frames_are_small_beside_json_objects(count):
    """17: what a quarter of a second holds at 200 changes a second over three teams of 1,000,000 leads."""
    leads = [(1 + i * (1_000_000 // count) + i % 97, 20_000 + 377 * i % 30_000) for i in range(count)]
    frame = LeadsFrame(3_123_456_789, 3, 45_678, 1_795_000_000_000, leads)
    assert len(frames.encode(frame)) / len(as_objects(frame)) <= 0.18
