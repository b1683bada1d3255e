"""The verbs as one application. Defines nothing else."""

from __future__ import annotations

import typer

from hftx.cli.decode import decode
from hftx.cli.demo import demo
from hftx.cli.record import record
from hftx.cli.replay import replay
from hftx.cli.sim import sim
from hftx.cli.watch import watch

app = typer.Typer(
    name="hftx",
    help="Proven order books, and orders whose fate is known, on MEXC spot, Gate.io spot and Gate.io USDT futures.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)
for verb in (demo, watch, sim, record, replay, decode):
    app.command()(verb)
