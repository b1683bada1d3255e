"""Rows of Gate spot's private answers and the spelling of orders. Makes no call.

Source: Gate API v4 docs, "Spot" (Order, Trade), "Wallet" (LedgerRecord).
"""

from __future__ import annotations

import re
from decimal import Decimal

from hftx.enums import ExchangeEnum, OrderStatus, OrderType, SelfTradePrevention, Side, TimeInForce
from hftx.errors import UsageError
from hftx.orders import AssetBalance, Execution, Order
from hftx.rest.order_text import OrderRef, PlainOrder
from hftx.rest.reply import Reply
from hftx.rest.withdrawal import Deposit, DepositAddress, NetworkInfo, WithdrawalResponse, WithdrawalStatus
from hftx.symbols import Symbol
from hftx.venue_rules import VENUE_RULES
from hftx.venues.gateio.names import symbol_of, wire_name

_CLIENT_IDS = VENUE_RULES[ExchangeEnum.GATEIO].client_ids
_OWN = _CLIENT_IDS.prefix  # any other text is a mark of the venue for where an order came from
_SIDES = {"buy": Side.BUY, "sell": Side.SELL}
_SIDE_WORDS = {side: word for word, side in _SIDES.items()}
IN_FORCE = {
    "gtc": TimeInForce.GTC,
    "ioc": TimeInForce.IOC,
    "fok": TimeInForce.FOK,
    "poc": TimeInForce.POST_ONLY,
}
IN_FORCE_WORDS = {in_force: word for word, in_force in IN_FORCE.items()}
# The taker's word decides: cn cancels the taker (new), co the resting (old) order.
STP_WORDS = {
    SelfTradePrevention.CANCEL_TAKER: "cn",
    SelfTradePrevention.CANCEL_MAKER: "co",
    SelfTradePrevention.CANCEL_BOTH: "cb",
}
_PLAIN_ENDS = ("cancelled", "filled", "open", "-")
_WITHDRAWAL_STATUSES = (
    dict.fromkeys(
        ("REQUEST", "REVIEW", "MANUAL", "LOCKED", "FVERIFY", "BCODE", "VERIFY"), WithdrawalStatus.PENDING
    )
    | dict.fromkeys(("EXTPEND", "PEND", "PROCES", "DMOVE", "CANCELPEND"), WithdrawalStatus.PROCESSING)
    | dict.fromkeys(("FAIL", "REJECT", "INVALID"), WithdrawalStatus.FAILED)
    | {"CANCEL": WithdrawalStatus.CANCELLED}
)
_CREDITED = ("DONE", "DEP_CREDITED")


def text_of(client_order_id: str) -> str:
    """A client order id as Gate's `text`. Raises `UsageError` when it is none that Gate takes."""
    if not _CLIENT_IDS.fits(client_order_id):
        raise UsageError(f"on Gate a client order id is {_CLIENT_IDS}, not {client_order_id!r}")
    return client_order_id


def id_in_path(ref: OrderRef) -> str:
    """What stands for an order in a path."""
    return ref.order_id if ref.order_id is not None else text_of(ref.client_order_id or "")


def order_fields(order: PlainOrder) -> dict[str, str]:
    """The body of a new order. Raises `UsageError` for what the venue has no word for."""
    fields = {
        "text": None if order.client_order_id is None else text_of(order.client_order_id),
        "currency_pair": wire_name(order.symbol),
        "type": order.order_type.value,
        "account": "spot",
        "side": _SIDE_WORDS[order.side],
        "amount": _amount(order),
        "price": order.price,
        "time_in_force": _in_force_word(order),
        "stp_act": STP_WORDS.get(order.stp),
    }
    return {name: value for name, value in fields.items() if value is not None}


def order_of(row: Reply) -> Order:
    """One order of any answer that holds it in full."""
    market = row.text("type").endswith("market")
    side = _side(row)
    amount, in_quote = Decimal(row.number("amount")), market and side is Side.BUY
    filled, price = Decimal(row.number("filled_amount")), Decimal(row.number("price"))
    end = row.text("finish_as") if row.has("finish_as") else "-"
    return Order(
        symbol=symbol_in(row),
        order_id=row.word("id"),
        client_order_id=client_id(row),
        side=side,
        order_type=OrderType.MARKET if market else OrderType.LIMIT,
        time_in_force=IN_FORCE.get(row.text("time_in_force"), TimeInForce.GTC),
        status=_status(row, filled),
        price=price if price and not market else None,
        quantity=None if in_quote else amount,
        quote_quantity=amount if in_quote else None,
        filled_quantity=filled,
        filled_quote=Decimal(row.number("filled_total")),
        created_ns=row.integer("create_time_ms") * 1_000_000,
        updated_ns=row.integer("update_time_ms") * 1_000_000,
        reason="" if end in _PLAIN_ENDS else end,
    )


def client_id(row: Reply) -> str | None:
    """The client order id of a row, with its `t-`; None for an order that came without."""
    text = row.text("text") if row.has("text") else ""
    return text if text.startswith(_OWN) else None


def execution_of(row: Reply) -> Execution:
    """One own fill. The fee is the one that was taken: of the fill, in GT, or in points."""
    fee, asset = Decimal(row.number("fee")), row.text("fee_currency")
    for key, other in (("gt_fee", "GT"), ("point_fee", "POINT")):
        taken = row.decimal_or_none(key)
        if not fee and taken:
            fee, asset = taken, other
    return Execution(
        symbol=symbol_in(row),
        trade_id=row.word("id"),
        order_id=row.word("order_id"),
        client_order_id=client_id(row),
        side=_side(row),
        price=Decimal(row.number("price")),
        quantity=Decimal(row.number("amount")),
        fee=fee,
        fee_asset=asset,
        is_maker=is_maker(row),
        venue_ns=int(Decimal(row.number("create_time_ms")) * 1_000_000),
    )


def balance_of(row: Reply, venue_ns: int) -> AssetBalance:
    """One asset of the account."""
    available, locked = Decimal(row.number("available")), Decimal(row.number("locked"))
    return AssetBalance(row.text("currency"), available, locked, venue_ns)


def network_of(asset: str, chain: Reply, terms: Reply) -> NetworkInfo:
    """One chain of currency_chains with the account's terms of withdraw_status."""
    name = chain.text("chain")
    disabled = bool(chain.integer("is_disabled"))
    digits = chain.integer_or_none("decimal")
    fixed = _on_chain(terms, "withdraw_fix_on_chains", name)
    most = [terms.decimal_or_none(key) for key in ("withdraw_eachtime_limit", "withdraw_day_limit_remain")]
    return NetworkInfo(
        asset=asset,
        network=name,
        deposit_enabled=not disabled and not chain.integer("is_deposit_disabled"),
        withdraw_enabled=not disabled and not chain.integer("is_withdraw_disabled"),
        fee=terms.decimal_or_none("withdraw_fix") if fixed is None else fixed,
        fee_rate=_rate(terms, name),
        minimum=terms.decimal_or_none("withdraw_amount_mini"),
        maximum=min((value for value in most if value is not None), default=None),
        step=None if digits is None else Decimal(1).scaleb(-digits),
        memo_required=bool(chain.integer("is_tag")) if chain.has("is_tag") else None,
        contract=chain.text("contract_address") if chain.has("contract_address") else None,
    )


def withdrawal_of(row: Reply) -> WithdrawalResponse:
    """One ledger record. DONE is final on the chain only when its block is known."""
    word = row.text("status")
    created = row.integer("timestamp") * 1_000_000_000
    return WithdrawalResponse(
        withdrawal_id=row.text("id"),
        asset=row.text("currency"),
        network=_text(row, "chain"),
        address=_text(row, "address"),
        memo=_text(row, "memo"),
        amount=Decimal(row.number("amount")),
        fee=row.decimal_or_none("fee"),
        status=_withdrawal_status(row, word),
        venue_status=word,
        tx_id=_text(row, "txid"),
        client_id=_text(row, "withdraw_order_id"),
        created_ns=created,
        updated_ns=row.integer("timestamp2") * 1_000_000_000 if row.has("timestamp2") else created,
        reason=_text(row, "fail_reason") or "",
    )


def deposit_of(row: Reply) -> Deposit:
    """One deposit."""
    word = row.text("status")
    return Deposit(
        asset=row.text("currency"),
        network=_text(row, "chain"),
        address=_text(row, "address"),
        memo=_text(row, "memo"),
        amount=Decimal(row.number("amount")),
        tx_id=_text(row, "txid"),
        venue_status=word,
        is_credited=word in _CREDITED,
        venue_ns=row.integer("timestamp") * 1_000_000_000,
    )


def deposit_address_of(asset: str, row: Reply) -> DepositAddress:
    """One chain's address of the account."""
    return DepositAddress(asset, row.text("chain"), row.text("address"), _text(row, "payment_id"))


def _amount(order: PlainOrder) -> str:
    if order.order_type is OrderType.LIMIT:
        return order.quantity or ""
    in_quote = order.side is Side.BUY
    amount = order.quote_quantity if in_quote else order.quantity
    if amount is None:
        wanted = "buys are given by quote_quantity" if in_quote else "sells are given by quantity"
        raise UsageError(f"market {wanted} on Gate")
    return amount


def _in_force_word(order: PlainOrder) -> str:
    # Market orders must say ioc or fok; GTC, the default of an order's parameters, means ioc there.
    if order.order_type is OrderType.MARKET and order.time_in_force is not TimeInForce.FOK:
        return "ioc"
    return IN_FORCE_WORDS[order.time_in_force]


def _status(row: Reply, filled: Decimal) -> OrderStatus:
    word = row.text("status")
    if word == "open":
        return OrderStatus.PARTIALLY_FILLED if filled else OrderStatus.NEW
    if word == "closed":
        return OrderStatus.FILLED
    if word == "cancelled":
        return OrderStatus.PARTIALLY_CANCELLED if filled else OrderStatus.CANCELLED
    return OrderStatus.UNKNOWN


def symbol_in(row: Reply) -> Symbol:
    """The symbol of a row."""
    symbol = symbol_of(row.text("currency_pair"))
    if symbol is None:
        raise row.wrong(f"currency_pair is {row.text('currency_pair')!r}, not BASE_QUOTE")
    return symbol


def _side(row: Reply) -> Side:
    side = _SIDES.get(row.text("side"))
    if side is None:
        raise row.wrong(f"side is {row.text('side')!r}, not buy or sell")
    return side


def is_maker(row: Reply) -> bool:
    """Whether a fill has made, or taken."""
    role = row.text("role")
    if role not in ("maker", "taker"):
        raise row.wrong(f"role is {role!r}, not maker or taker")
    return role == "maker"


def _withdrawal_status(row: Reply, word: str) -> WithdrawalStatus:
    if word != "DONE":
        return _WITHDRAWAL_STATUSES.get(word, WithdrawalStatus.UNKNOWN)
    in_block = row.has("block_number") and row.number("block_number") not in ("0", "")
    return WithdrawalStatus.COMPLETED if in_block else WithdrawalStatus.PROCESSING


def _on_chain(terms: Reply, key: str, chain: str) -> Decimal | None:
    return terms.part(key).decimal_or_none(chain) if terms.has(key) else None


def _rate(terms: Reply, chain: str) -> Decimal:
    on_chain = terms.part("withdraw_percent_on_chains") if terms.has("withdraw_percent_on_chains") else terms
    key = chain if on_chain is not terms and on_chain.has(chain) else None
    text = on_chain.text(key) if key is not None else terms.text("withdraw_percent")
    digits = text.removesuffix("%")
    if not re.fullmatch(r"\d+(\.\d+)?", digits, re.ASCII):
        raise terms.wrong(f"withdraw_percent is {text!r}, not a percentage")
    return Decimal(digits).scaleb(-2)


def _text(row: Reply, key: str) -> str | None:
    return row.text(key) if row.has(key) else None
