"""`hftx decode`: a JSON object a line, errors included, and an exit code that tells of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .verbs import CAPTURES, Outcome, Verbs, child, ended

MEXC_FRAMES = CAPTURES / "mexc_spot_2026.frames.jsonl"
TICKER = (
    '{"time":1606293275,"time_ms":1606293275723,"channel":"spot.book_ticker","event":"update","result":{"t":1606293275123,'
    '"u":48733182,"s":"BTC_USDT","b":"19177.79","B":"0.0003341504","a":"19179.38","A":"0.09"}}'
)
ACK = '{"time":1,"id":1,"channel":"spot.trades","event":"subscribe","error":null,"result":{"status":"success"}}'


def decoded(outcome: Outcome) -> list[dict[str, Any]]:
    return [json.loads(line) for line in outcome.out.splitlines()]


def test_lines_may_be_text_hex_or_wrapped(hftx: Verbs, tmp_path: Path) -> None:
    file = tmp_path / "frames"
    lines = [TICKER, TICKER.encode().hex(), json.dumps({"raw": TICKER}), json.dumps({"hex": TICKER.encode().hex()})]
    file.write_text("\n\n".join(lines))
    outcome = hftx("decode", "--venue", "gateio_spot", file)
    answers = decoded(outcome)
    assert outcome.code == 0
    assert len(answers) == 4 and all(answer == answers[0] for answer in answers)
    assert answers[0]["kind"] == "book_ticker"
    assert answers[0]["symbol"] == "BTC/USDT"
    (record,) = answers[0]["records"]
    assert (record["bid"], record["bid_qty"], record["ask"]) == ("19177.79", "0.0003341504", "19179.38")


def test_control_frames_are_named(hftx: Verbs, tmp_path: Path) -> None:
    file = tmp_path / "frames"
    for venue, line in (("gateio_spot", ACK), ("mexc_spot", '{"id":0,"code":0,"msg":"PONG"}')):
        file.write_text(line)
        outcome = hftx("decode", "--venue", venue, file)
        assert outcome.code == 0
        assert decoded(outcome) == [{"kind": "control", "symbol": None, "records": []}]


def test_each_bad_line_is_an_error_and_the_rest_goes_on() -> None:
    bad = [TICKER[:90], "no frame at all", '{"hex": "0g"}']
    outcome = ended(child("decode", "--venue", "gateio_spot"), "\n".join([*bad, TICKER]))
    answers = decoded(outcome)
    assert outcome.code == 1
    assert [set(answer) == {"error"} for answer in answers] == [True, True, True, False]
    assert "hex" in answers[1]["error"] and "hex" in answers[2]["error"]
    assert outcome.err == ""


@pytest.mark.skipif(not MEXC_FRAMES.exists(), reason="the recorded frames are not here")
def test_recorded_mexc_frames_give_the_expected_fields(hftx: Verbs) -> None:
    outcome = hftx("decode", "--venue", "mexc_spot", MEXC_FRAMES)
    lines = [json.loads(line) for line in MEXC_FRAMES.read_text().splitlines()]
    assert outcome.code == 0
    for line, answer in zip(lines, decoded(outcome), strict=True):
        assert answer["wire_symbol"] == line["expect"]["symbol"], line["name"]
        if "deals" in line["expect"]:
            fields = ("price", "quantity", "trade_type", "time")
            assert [{name: record[name] for name in fields} for record in answer["records"]] == line["expect"]["deals"]
