"""`python -m benchmarks.rivals_live.child LIBRARY VENUE`: one library, fed by what it reads, timed by itself.

Its input is a pickle (the picture of the book, the frames), then lines. A first answer names the library or what is
missing; each line is a round, answered by its nanoseconds and the best bid and ask it ended with. May run on another
interpreter, so it knows nothing but the standard library and the rival.
"""

from __future__ import annotations

import gc
import importlib
import json
import pickle
import sys
import time
from importlib.metadata import PackageNotFoundError, version

MODULES = {"cryptofeed": "cryptofeed_bot", "ccxt": "ccxt_bot"}


def main(library: str, venue: str) -> None:
    """Until the input ends."""
    picture, frames = pickle.load(sys.stdin.buffer)
    try:
        bot = importlib.import_module(f"{__package__}.{MODULES[library]}").open_bot(venue)
        _say({"rival": f"{library} {version(library)}"})
    except (ImportError, PackageNotFoundError) as error:
        _say({"missing": str(error)})
        return
    while sys.stdin.buffer.readline():
        bot.load(picture)
        gc.collect()
        gc.disable()
        started_ns = time.thread_time_ns()
        best = bot.run(frames)
        taken_ns = time.thread_time_ns() - started_ns
        gc.enable()
        _say({"ns": taken_ns, "best": best})


def _say(answer: dict[str, object]) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
