FAULT_KINDS: tuple[str, ...]
