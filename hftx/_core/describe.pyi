KINDS: tuple[str, ...]
TAKER: tuple[str | None, ...]
