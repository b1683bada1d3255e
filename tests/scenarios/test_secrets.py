"""No output of a trading process, however loud, holds key, secret, listen key or signature in any spelling."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from hftx.cli.twin_process import TwinControl
from hftx.errors import ConnectionLost
from hftx.sim import Account, Twin, start_twin
from hftx.sim.gateio import signing as gateio_signing
from hftx.sim.mexc import listen_keys
from hftx.sim.mexc import signing as mexc_signing

from .bot_process import Plan
from .fault_scripts import FUTURES, KINDS, Step, kinds, strike
from .fault_scripts_contracts import ACTS
from .fault_scripts_play import NAMES, RICH, TWIN_OPTIONS

ROOT = Path(__file__).resolve().parents[2]
STRIKES, LIFE_SECONDS = 30, 80.0
PIECE = 16   # so much of a secret is a leak
# Characters that change in a URL, in JSON and in base64, and nothing that could be in the output by chance.
KEY, SECRET = "mx0vQz7Lk2Vw9Rt4Yb8Nc3", "Zp/9+xT=4&kW%7vQ~m1Hs_rJ#5d"
LIVES = (
    ("mexc_spot", "rest"), ("gateio_spot", "rest"), ("gateio_spot", "websocket"), (FUTURES, "rest"),
    (FUTURES, "websocket"),
)  # fmt: skip


class Known:
    """What the twins were shown, and must not be seen elsewhere."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.secrets: set[str] = set()
        known, without, make = (
            gateio_signing.Doorkeeper._known, mexc_signing._without_signature, listen_keys.ListenKeys.make,
        )  # fmt: skip

        def gate(door: Any, key: str, sign: str, text: str, timestamp: str) -> Any:
            self.secrets |= {key, sign}
            return known(door, key, sign, text, timestamp)

        def mexc(text: str) -> tuple[str, str]:
            kept, sign = without(text)
            self.secrets |= {sign} - {""}
            return kept, sign

        def listen_key(keys: Any, ledger: Any) -> str:
            self.secrets.add(made := make(keys, ledger))
            return made

        monkeypatch.setattr(gateio_signing.Doorkeeper, "_known", gate)
        monkeypatch.setattr(mexc_signing, "_without_signature", mexc)
        monkeypatch.setattr(listen_keys.ListenKeys, "make", listen_key)


def spellings(secret: str) -> Iterator[str]:
    """A secret as it may be written."""
    yield from (secret, quote(secret, safe=""), json.dumps(secret)[1:-1], secret[::-1])
    raws = [secret.encode()]
    if all(digit in "0123456789abcdef" for digit in secret) and len(secret) % 2 == 0:
        raws.append(bytes.fromhex(secret))
    for raw in raws:
        yield raw.hex()
        for shift in range(3):   # where base64 begins in a longer text
            text = base64.b64encode(bytes(shift) + raw).decode()[4 if shift else 0 : -4]
            yield from (text, text.translate(str.maketrans("+/", "-_")))


def pieces(texts: Iterable[str]) -> dict[str, str]:
    """Every stretch of `PIECE` characters -> the text that it is of; case does not count."""
    return {text[at : at + PIECE].lower(): text for text in texts for at in range(len(text) - PIECE + 1)}


def leaks(output: str, secrets: Iterable[str]) -> list[str]:
    """Lines of the output that hold a stretch of a secret."""
    searched = pieces(spelling for secret in secrets for spelling in spellings(secret))
    found = []
    for line in output.splitlines():
        low = line.lower()
        for at in range(len(low) - PIECE + 1):
            if low[at : at + PIECE] in searched:
                found.append(f"{searched[low[at : at + PIECE]]}: {line[max(0, at - 200) : at + 200]}")
                break
    return found


async def loud_life(venue: str, entry: str, twin: Twin, folder: Path, crash: bool) -> str:
    """Everything that such a process says, in its output and in files, while faults strike."""
    folder.mkdir()
    plan = Plan(1, 1, str(folder), {venue: [twin.rest_url, twin.ws_url]}, {venue: entry}, False)
    (folder / "plan.json").write_text(json.dumps(asdict(plan)))
    name = f"HFTX_{venue.upper()}"
    environment = os.environ | {
        f"{name}_KEY": KEY, f"{name}_SECRET": SECRET,
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]),
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-X", "dev", "-m", "tests.scenarios.bot_process_verbose",
        str(folder / "plan.json"), str(int(crash)), cwd=ROOT, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    striking = asyncio.create_task(_strike(twin))
    try:
        output, _ = await asyncio.wait_for(process.communicate(), LIFE_SECONDS)
    finally:
        striking.cancel()
        if process.returncode is None:
            process.kill()
            await process.wait()
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    said = output.decode(errors="replace")
    assert process.returncode == int(crash), said[-3000:]
    return "\n".join([said, *(data.decode(errors="replace") for data in files)])


async def _strike(twin: Twin) -> None:
    """A fault of some kind, again and again, while orders are placed."""
    draw = random.Random(f"strikes {twin.name}")
    allowed = [kind for kind in KINDS if kind in kinds(twin.name)]
    while not twin.account(KEY)["orders"]:
        await asyncio.sleep(0.01)
    for _ in range(STRIKES):
        await asyncio.sleep(0.06)
        kind = draw.choice(allowed)
        strike(twin, Step(0.0, kind, KINDS[kind](draw, twin.name)))
    for kind in ACTS if twin.name == FUTURES else ():
        strike(twin, Step(0.0, kind, ACTS[kind](draw, False)))
    twin.clear_faults()


@pytest.mark.parametrize("crash", [False, True], ids=["ends", "crashes"])
@pytest.mark.parametrize(("venue", "entry"), LIVES)
async def test_nothing_secret_is_said(
    venue: str, entry: str, crash: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Known(monkeypatch)
    account = Account(KEY, SECRET, balances=RICH)
    twin = await start_twin(venue, NAMES, seed=3, rate=100, options=TWIN_OPTIONS, accounts=[account])
    try:
        said = await loud_life(venue, entry, twin, tmp_path / "life", crash)
    finally:
        await twin.stop()
    secrets = known.secrets | {KEY, SECRET, "a-wrong-" + SECRET[::-1]}
    assert leaks(said, secrets) == []
    assert len(known.secrets) > 30, "hardly anything was signed"
    assert said.count("\n") > 1000 and ("Crash: in the middle of it" in said) is crash
    assert "AuthenticationError" in said or crash


async def test_the_demo_says_nothing_secret() -> None:
    made = "".join(f"{number:02x}" for number in range(201, 233))
    program = (
        "import logging, secrets, sys; logging.basicConfig(level=1, stream=sys.stderr); "
        f"secrets.token_hex = lambda size=32: {made!r}[: 2 * size]; "
        "sys.argv = ['hftx', 'demo', '--seconds', '2', '--json', '--symbols', 'BTC_USDT,ETH_USDT']; "
        "from hftx.cli.main import main; main()"
    )
    path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-X", "dev", "-c", program, cwd=ROOT, env=os.environ | {"PYTHONPATH": path},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        output, _ = await asyncio.wait_for(process.communicate(), LIFE_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    said = output.decode()
    assert process.returncode == 0 and "reconciliation" in said, said[-3000:]
    assert leaks(said, [f"mx0v{made[:16]}", made[:32]]) == []


async def test_a_question_to_a_twin_that_fails_does_not_quote_the_key() -> None:
    twin = await start_twin("mexc_spot", NAMES, rate=0)
    try:
        async with aiohttp.ClientSession() as http:
            with pytest.raises(ConnectionLost) as caught:
                await TwinControl(twin.control_url, http).account(KEY)
    finally:
        await twin.stop()
    assert leaks("".join(traceback.format_exception(caught.value)), [KEY]) == []


@pytest.mark.parametrize("secret", [KEY, SECRET, "0f1e2d3c4b5a69788796a5b4c3d2e1f0"])
def test_every_spelling_of_a_secret_is_found(secret: str) -> None:
    raw = secret.encode()
    for said in (
        secret,
        f"x{quote(secret, safe='')}",
        f"headers {raw.hex().upper()}",
        base64.b64encode(b"u:" + raw + b"!").decode(),
        base64.urlsafe_b64encode(raw).decode(),
        f"{secret[:PIECE]}...",
        json.dumps({"sign": secret}),
    ):
        assert leaks(f"first\nsome text {said} more", [secret]), said
    assert leaks("nothing of it here at all", [secret]) == []
