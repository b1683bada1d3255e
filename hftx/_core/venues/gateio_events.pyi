from hftx.symbols import Symbol

class GateioEvents:
    def __init__(self, symbols: dict[str, Symbol]) -> None: ...
