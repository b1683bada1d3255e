from typing import final

@final
class Dropped: ...
