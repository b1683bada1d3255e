"""The table of requests on their way: whose answer it is, whether receipt or result, and how long each stage took."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hftx._core.order_requests import Call, CallTable


def opened(table: CallTable) -> Call:
    return table.open("place", asyncio.get_running_loop().create_future())


async def test_a_receipt_is_no_result() -> None:
    table = CallTable(5.0)
    call = opened(table)
    table.left(call, 3)
    assert (call.request, call.source, call.overdue_ns - call.sent_ns) == ("place", 3, 5_000_000_000)
    table.answered(call.id, b"taken", True)
    assert call.receipt == b"taken" and call.acked_ns >= call.sent_ns and not call.answer.done()
    table.answered(call.id, "done", False)
    assert await call.answer == "done" and table.open_calls == {}
    assert (table.sent, table.receipts, table.results, table.strangers) == (1, 1, 1, 0)
    assert [h.count for h in (table.to_wire, table.to_ack, table.to_result, table.whole)] == [1, 1, 1, 1]


async def test_answers_are_matched_by_id_in_any_order() -> None:
    table = CallTable(5.0)
    calls = [opened(table) for _ in range(20)]
    assert len({call.id for call in calls}) == 20
    for call in reversed(calls):
        table.answered(call.id, call.id, False)
    assert [await call.answer for call in calls] == [call.id for call in calls]
    assert table.to_result.count == 0 and table.whole.count == 20   # none of them had a receipt


@pytest.mark.parametrize("id", ["1", "nobody", "", 7])
async def test_what_nobody_waits_for_is_counted_and_changes_nothing(id: Any) -> None:
    table = CallTable(5.0)
    call = opened(table)
    table.close(call)
    table.close(call)
    table.answered(id, "late", False)
    table.answered(id, b"late", True)
    assert table.strangers == 2 and not call.answer.done() and call.receipt is None
    assert table.results == table.receipts == 0


async def test_a_failed_call_takes_no_second_outcome() -> None:
    table = CallTable(5.0)
    call = opened(table)
    call.fail(ValueError("first"))
    call.fail(ValueError("second"))
    table.answered(call.id, "late", False)
    with pytest.raises(ValueError, match="first"):
        await call.answer
