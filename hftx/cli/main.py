"""Entry of the command line: turns every mistake of the user into one line and an exit code.

Exit codes: 0 done, 1 done and something was wrong with the data, 2 the request was wrong or impossible.
Never knows what a verb does.
"""

from __future__ import annotations

import sys

from hftx.errors import HftxError

USAGE = 2
INTERRUPTED = 130   # as a shell reports Ctrl-C; verbs that run until Ctrl-C catch it and end with 0
EXTRAS = ("typer", "rich", "google")


def main() -> int:
    """Run the verb named on the command line; gives the exit code."""
    try:
        from hftx.cli.app import app

        app()
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRAS:
            raise
        return _complain(f'{error.name} is not installed; pip install "hftx[demo]"')
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    except HftxError as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    return 0


def _complain(text: str) -> int:
    print(f"hftx: {' '.join(text.split())}", file=sys.stderr)
    return USAGE
