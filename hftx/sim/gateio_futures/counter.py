"""Everything of the futures twin that needs an account: exchange, risk, signed calls, private channels, order entry.

Must never know: public market data beyond mark prices and prints, frames, HTTP.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from aiohttp import web

from hftx.sim.accounts import AccountError, Ledger
from hftx.sim.dialect import ControlError, Verb
from hftx.sim.exact import decimal, plain
from hftx.sim.gateio.channels import Request
from hftx.sim.gateio.gate import Gate
from hftx.sim.gateio.order_entry import OrderEntry
from hftx.sim.gateio.signing import Doorkeeper
from hftx.sim.gateio.wallet_rest import WalletCalls
from hftx.sim.gateio_futures.accounts import SETTLE, FuturesAccount
from hftx.sim.gateio_futures.contracts import Contract
from hftx.sim.gateio_futures.desk import FuturesDesk
from hftx.sim.gateio_futures.entry_calls import FuturesCalls
from hftx.sim.gateio_futures.exchange import FuturesExchange
from hftx.sim.gateio_futures.marks import Marks
from hftx.sim.gateio_futures.position_desk import PositionDesk
from hftx.sim.gateio_futures.position_rest import FuturesPositions
from hftx.sim.gateio_futures.positions import SINGLE, Position
from hftx.sim.gateio_futures.private_channels import CHANNELS, GateioFuturesFeed, PrivateChannels
from hftx.sim.gateio_futures.risk import RiskDesk
from hftx.sim.gateio_futures.tape import Tape
from hftx.sim.gateio_futures.trading_rest import FuturesBudgets, FuturesTrading
from hftx.sim.gateio_futures.truth import account_view, position_view
from hftx.sim.hub import Connection
from hftx.sim.market import Trade
from hftx.sim.orders import Refused, Terms
from hftx.sim.venue import Venue, wall_ms
from hftx.sim.wallet import Transfer, Wallet, WalletRefused


class FuturesWallet(Wallet):
    """A wallet that moves money between spot and the futures account of the same user."""

    def __init__(self, exchange: FuturesExchange, done_after_s: float) -> None:
        assets = {SETTLE} | {asset for ledger in exchange.ledgers.values() for asset in ledger.available}
        super().__init__(assets, done_after_s)
        self._exchange = exchange

    def transfer(self, ledger: Ledger, asset: str, source: str, target: str, amount: Decimal) -> Transfer:
        if asset != SETTLE or {source, target} != {"spot", "futures"}:
            return super().transfer(ledger, asset, source, target, amount)
        try:
            change = amount if target == "futures" else -amount
            self._exchange.transfer(self._exchange.account(ledger), change)
        except Refused as refused:
            raise WalletRefused("funds", f"not enough {asset}") from refused
        return self.note(ledger, asset, source, target, amount)


class Counter:
    """The trading half of the twin."""

    def __init__(
        self, venue: Venue, listed: dict[str, Contract], marks: Marks, tape: Tape, terms: Terms,
        as_text: Callable[[Connection], bool],
    ) -> None:  # fmt: skip
        self._venue, self._listed, self._marks, self._tape = venue, listed, marks, tape
        options = venue.options
        terms = replace(terms, refuses_unfillable=options.futures_refuses_unfillable)
        self.exchange = venue.exchange = FuturesExchange(
            venue.exchange.ledgers, venue.markets, terms, venue.hub.event, wall_ms, marks.mark_price,
            Decimal(options.futures_leverage),
        )  # fmt: skip
        self.exchange.tell(GateioFuturesFeed(venue))
        self.risk = RiskDesk(self.exchange, self._off_book)
        marks.on_mark.append(self.risk.inspect)
        marks.on_funding.append(self.risk.fund)
        door, budgets = Doorkeeper(venue), FuturesBudgets(venue)
        desk = FuturesDesk(venue, self.exchange, listed)
        positions = PositionDesk(self.exchange, options.futures_untouched_is_error)
        wallet = WalletCalls(venue, FuturesWallet(self.exchange, options.withdrawal_s))
        self._gate = Gate(venue, door, budgets, "contract")
        self._endpoints = [
            *FuturesTrading(venue, desk).endpoints(),
            *FuturesPositions(venue, desk, positions).endpoints(),
            *wallet.endpoints(),
        ]
        self._private = PrivateChannels(venue, door)
        self.entry = OrderEntry(venue, door, FuturesCalls(desk, budgets, as_text))

    def routes(self) -> list[web.RouteDef]:
        """The signed REST routes."""
        return [*map(self._gate.route, self._endpoints)]

    def requests(self, message: dict[str, Any], as_text: bool) -> list[Request] | None:
        """The private streams that a subscription names, None when its channel is no private one. Raises Refusal."""
        return self._private.parse(message, as_text) if message.get("channel") in CHANNELS else None

    def truth(self, ledger: Ledger) -> dict[str, Any]:
        """What the venue itself holds to be true of an account."""
        return account_view(self.exchange.account(ledger))

    def verbs(self) -> dict[str, Verb]:
        """What the twin's handle can make happen to positions."""
        return {
            "mark": self._pin,
            "funding": self._settle_funding,
            "liquidate": self._liquidate,
            "deleverage": self._deleverage,
            "cut_risk": self._cut_risk,
        }

    def _off_book(self, contract: str, px: int, lots: int, is_liquidation: bool) -> Trade:
        if is_liquidation:
            self._tape.liquidated(contract, px, lots)
        return self._tape.taken_over(contract, px, lots)

    def _pin(self, contract: str, price: str | None) -> dict[str, Any]:
        """Hold the mark price at a value, None to let it go; the market may move on."""
        self._contract(contract)
        try:
            self._marks.pin(contract, None if price is None else _number("price", price))
        except ValueError as error:
            raise ControlError(str(error)) from error
        return {"contract": contract, "mark_price": plain(self._marks.mark_price(contract))}

    def _settle_funding(self, contract: str, rate: str | None = None) -> dict[str, Any]:
        """Funding now, at a rate or at the coming one."""
        self._contract(contract)
        settlement = self._marks.settle(contract, None if rate is None else _number("rate", rate))
        return {"contract": contract, "rate": plain(settlement.rate), "mark_price": plain(settlement.mark)}

    def _liquidate(self, key: str, contract: str, mode: str = SINGLE) -> dict[str, Any]:
        """Take a position over, whether it is due or not."""
        account, position = self._held(key, contract, mode)
        self.risk.liquidate(account, position)
        return position_view(account, position)

    def _deleverage(self, key: str, contract: str, size: str, mode: str = SINGLE) -> dict[str, Any]:
        """Close this much of a position at the mark price, as against a liquidated one."""
        account, position = self._held(key, contract, mode)
        lots = position.contract.lots(_number("size", size))
        if lots is None or lots <= 0:
            raise ControlError(f"size must be a multiple of {plain(position.contract.lot)} above 0, not {size}")
        self.risk.deleverage(account, position, lots)
        return position_view(account, position)

    def _cut_risk(self, key: str, contract: str, mode: str = SINGLE) -> dict[str, Any]:
        """Lower the risk limit of a position as far as it goes, and cancel its orders."""
        account, position = self._held(key, contract, mode)
        self.risk.cut_risk(account, position)
        return position_view(account, position)

    def _held(self, key: str, contract: str, mode: str) -> tuple[FuturesAccount, Position]:
        ledger = self.exchange.ledgers.get(key)
        if ledger is None:
            raise AccountError(f"no account has the key {key!r}")
        account = self.exchange.account(ledger)
        position = account.positions.get((self._contract(contract).symbol, mode))
        if position is None or not position.lots:
            raise ControlError(f"account {key!r} has no {mode} position in {contract}")
        return account, position

    def _contract(self, name: str) -> Contract:
        self._venue.market(name)  # raises for an unknown one
        return self._listed[name]


def _number(name: str, text: object) -> Decimal:
    value = decimal(text) if isinstance(text, str | int) else None
    if value is None:
        raise ControlError(f"{name} must be a plain number as text, not {text!r}")
    return value
