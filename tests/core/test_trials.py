"""Every decoder through the common trials: whole, cut at every byte, junk behind, any byte altered."""

from __future__ import annotations

import pytest

from trials import BYSTANDER, START_ID, accepted, byte_flips, cut_everywhere, junk_behind, never_legal
from twins.protobuf_walk import walk_protobuf

from .isolation import isolated
from .samples import GATE, MEXC, Sample

ALL = [*GATE, *MEXC]


def is_heartbeat(frame: bytes) -> bool:
    """A whole wrapper that names its symbol and has no body is a heartbeat."""
    try:
        numbers = [number for number, _, _ in walk_protobuf(frame)]
    except ValueError:
        return False
    return 3 in numbers and max(numbers) < 300


@pytest.mark.parametrize("sample", ALL, ids=str)
def test_whole(sample: Sample) -> None:
    assert len(accepted(sample.make(), sample.frame)) == sample.records


@pytest.mark.parametrize("sample", ALL, ids=str)
def test_cut_at_every_byte(sample: Sample) -> None:
    cut_everywhere(sample.make, sample.frame, never_legal if sample in GATE else is_heartbeat)


@pytest.mark.parametrize("sample", ALL, ids=str)
def test_junk_behind(sample: Sample) -> None:
    junk_behind(sample.make, sample.frame)


@pytest.mark.parametrize("sample", ALL, ids=str)
def test_any_byte_altered_never_raises_and_never_touches_the_other_symbol(sample: Sample) -> None:
    isolated(lambda: alter_everywhere(sample))


def alter_everywhere(sample: Sample) -> None:
    for altered in byte_flips(sample.frame):
        rig = sample.make()
        outcome = rig.receive(altered)
        assert outcome in (-1, 0, 1)
        assert outcome == 1 or rig.heard == []
        assert rig.session.books[BYSTANDER].id == START_ID


@pytest.mark.parametrize("sample", GATE, ids=str)
def test_white_space_around_is_no_junk(sample: Sample) -> None:
    assert len(accepted(sample.make(), b" \r\n\t" + sample.frame + b" \n")) == sample.records


@pytest.mark.parametrize("sample", ALL, ids=str)
def test_kept_frames_are_bounded(sample: Sample) -> None:
    rig = sample.make()
    for count in range(100):
        rig.session.receive(sample.frame[:-1] + b"\x00" * count, rig.is_text, count)
    assert len(rig.session.kept) == 32 and rig.session.kept[-1][1] == 99
    assert rig.session.faults[rig.session.kept[0][0]] >= 32
