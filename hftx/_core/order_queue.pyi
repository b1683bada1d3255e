from typing import final

@final
class OrderQueue: ...
