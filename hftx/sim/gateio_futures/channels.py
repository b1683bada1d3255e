"""Gate futures' subscription payloads: what may be asked for, in which words it is refused, the stream it means.

Must never know: sockets, acknowledgements, accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from hftx.sim.gateio.channels import Refusal, Request, exactly
from hftx.sim.gateio.streams import Silent
from hftx.sim.gateio_futures.book_streams import FuturesObu, OrderBook, OrderBookUpdate
from hftx.sim.gateio_futures.contract_streams import ContractInfo, ContractStats
from hftx.sim.gateio_futures.marks import Marks
from hftx.sim.gateio_futures.spelling import WS_WIDTHS, ContractSpelling, series
from hftx.sim.gateio_futures.streams import (
    BookTicker,
    Candlesticks,
    PublicLiquidates,
    Tickers,
    Trades,
)
from hftx.sim.hub import Connection, Stream
from hftx.sim.market import Market
from hftx.sim.venue import Venue

BAD_ARGUMENT, SERVER_SIDE = 2, 3
_BOOK_LEVELS = {"100", "50", "20", "10", "5", "1"}
_UPDATE_LEVELS = {"20ms": ("20",), "100ms": ("100", "50", "20")}
_UPDATE_MS = {"20ms": 20.0, "100ms": 100.0}
_OBU_MS = {"50": 20.0, "400": 100.0}
_ALL = "!all"
_STATS, _UNSUBSCRIBE_ALL, _LEAST_STATS_S = "futures.contract_stats", "unsub_all", 60

Make = Callable[[str, Market, ContractSpelling], Stream]


class Channels:
    """Reads the payload of each public channel; ``as_text`` throughout is the form of sizes that is asked for."""

    def __init__(self, venue: Venue, spelling: dict[str, ContractSpelling], marks: Marks) -> None:
        self._venue = venue
        self._spelling = spelling
        self._marks = marks
        self._readers: Mapping[str, Callable[[str, list[str], bool], list[Request]]] = {
            "futures.tickers": self._tickers,
            "futures.trades": self._trades,
            "futures.book_ticker": self._book_ticker,
            "futures.candlesticks": self._candlesticks,
            "futures.order_book": self._order_book,
            "futures.order_book_update": self._order_book_update,
            "futures.obu": self._obu,
            "futures.public_liquidates": self._liquidates,
            _STATS: self._contract_stats,
            "futures.contract_info": self._contract_info,
        }

    def parse(self, channel: object, payload: object, as_text: bool) -> list[Request]:
        """The streams that a payload names. Raises Refusal: one bad entry refuses the whole list."""
        reader = self._readers.get(channel) if isinstance(channel, str) else None
        if reader is None or not isinstance(channel, str):
            raise Refusal(BAD_ARGUMENT, f"Unknown channel {channel}")
        if not isinstance(payload, list) or not payload or not all(isinstance(item, str) for item in payload):
            raise Refusal(BAD_ARGUMENT, "invalid payload: a list of texts is needed")
        return reader(channel, payload, as_text)

    def held(self, connection: Connection, channel: object, payload: object) -> list[Request] | None:
        """The streams of a connection that ``unsub_all`` ends, None for any other payload."""
        if channel != _STATS or not isinstance(payload, list) or payload[:1] != [_UNSUBSCRIBE_ALL]:
            return None
        streams = [stream for stream in connection.streams.values() if stream.channel == _STATS]
        return [Request(stream.name, stream.symbol, partial(_same, stream)) for stream in streams]

    def check(self, connection: Connection, requests: Sequence[Request]) -> None:
        """Raise Refusal for a repeated obu stream, or when a refuse_subscription fault hits."""
        for request in requests:
            if request.name.startswith("futures.obu:") and request.name in connection.streams:
                raise Refusal(BAD_ARGUMENT, f"Alert sub {request.name.partition(':')[2]}")
            if self._venue.refuses(request.symbol, request.name, connection):
                raise Refusal(SERVER_SIDE, "internal error, please try again")

    def _market(self, contract: str) -> tuple[Market, ContractSpelling]:
        market = self._venue.markets.get(contract)
        if market is None:
            raise Refusal(BAD_ARGUMENT, f"unknown contract: {contract}")
        return market, self._spelling[contract]

    def _each(self, channel: str, contracts: Sequence[str], as_text: bool, make: Make) -> list[Request]:
        return [self._one(channel, contract, [contract], as_text, make) for contract in contracts]

    def _one(self, channel: str, contract: str, args: list[str], as_text: bool, make: Make) -> Request:
        market, spell = self._market(contract)
        name = _name(channel, args, as_text)
        return Request(name, contract, partial(make, name, market, spell))

    def _tickers(self, channel: str, payload: list[str], as_text: bool) -> list[Request]:
        every_ms, marks = self._venue.interval_ms(1000.0), self._marks
        return self._each(
            channel,
            payload,
            as_text,
            lambda name, market, spell: Tickers(name, market, spell, every_ms, as_text, marks),
        )

    def _trades(self, channel: str, payload: list[str], as_text: bool) -> list[Request]:
        every_ms = self._venue.interval_ms(10.0)
        return self._each(
            channel,
            payload,
            as_text,
            lambda name, market, spell: Trades(name, market, spell, every_ms, as_text),
        )

    def _book_ticker(self, channel: str, payload: list[str], as_text: bool) -> list[Request]:
        every_ms = self._venue.interval_ms(10.0)
        return self._each(
            channel,
            payload,
            as_text,
            lambda name, market, spell: BookTicker(name, market, spell, every_ms, as_text),
        )

    def _candlesticks(self, channel: str, payload: list[str], as_text: bool) -> list[Request]:
        interval, wanted = exactly(payload, 2)
        if interval not in WS_WIDTHS:
            raise Refusal(BAD_ARGUMENT, f"unsupported interval: {interval}")
        shown = series(wanted, self._venue.markets, self._spelling, self._marks.gauge)
        if shown is None:
            raise Refusal(BAD_ARGUMENT, f"unknown contract: {wanted}")
        found, every_ms = shown, self._venue.interval_ms(1000.0)
        return [
            self._one(
                channel,
                found.market.symbol,
                payload,
                as_text,
                lambda name, market, spell: Candlesticks(name, found, spell, every_ms, as_text, interval),
            )
        ]

    def _order_book(self, channel: str, payload: list[str], as_text: bool) -> list[Request]:
        contract, level, step = exactly(payload, 3)
        self._market(contract)
        if level not in _BOOK_LEVELS:
            raise Refusal(BAD_ARGUMENT, f"provided level not supported: {level}")
        if step != "0":
            raise Refusal(BAD_ARGUMENT, f"provided interval not supported: {step}")
        every_ms = self._venue.interval_ms(100.0)
        return [
            self._one(
                channel,
                contract,
                payload,
                as_text,
                lambda name, market, spell: OrderBook(name, market, spell, every_ms, as_text, int(level)),
            )
        ]

    def _order_book_update(self, channel: str, payload: list[str], as_text: bool) -> list[Request]:
        contract, speed, *rest = payload if len(payload) > 2 else exactly(payload, 2)
        self._market(contract)
        levels = _UPDATE_LEVELS.get(speed)
        if levels is None:
            raise Refusal(BAD_ARGUMENT, f"provided interval not supported: {speed}")
        level = rest[0] if rest else levels[0]
        if level not in levels or len(rest) > 1:
            raise Refusal(BAD_ARGUMENT, f"provided level not supported: {level}")
        options, every_ms = self._venue.options, self._venue.interval_ms(_UPDATE_MS[speed])
        full_every = options.gate_full_frame_every if options.futures_full_frames else 0
        return [
            self._one(
                channel,
                contract,
                payload,
                as_text,
                lambda name, market, spell: OrderBookUpdate(
                    name, market, spell, every_ms, as_text, int(level), full_every
                ),
            )
        ]

    def _obu(self, channel: str, payload: list[str], as_text: bool) -> list[Request]:
        return [self._obu_stream(channel, item) for item in payload]

    def _obu_stream(self, channel: str, item: str) -> Request:
        """A name that means no stream is accepted and stays silent; amounts are text for everybody."""
        head, _, rest = item.partition(".")
        contract, _, level = rest.rpartition(".")
        name = f"{channel}:{item}"
        market = self._venue.markets.get(contract)
        if head != "ob" or level not in _OBU_MS or market is None:
            return Request(name, None, lambda: Silent(name, channel, None, 0.0))
        known, every_ms = market, self._venue.interval_ms(_OBU_MS[level])
        return Request(
            name, contract, lambda: FuturesObu(name, known, self._spelling[contract], every_ms, int(level))
        )

    def _contract_stats(self, channel: str, payload: list[str], as_text: bool) -> list[Request]:
        contract, interval = exactly(payload, 2)
        self._market(contract)
        if interval not in WS_WIDTHS or WS_WIDTHS[interval] < _LEAST_STATS_S:
            raise Refusal(BAD_ARGUMENT, f"unsupported interval: {interval}")
        every_ms, marks = self._venue.interval_ms(1000.0), self._marks
        return [
            self._one(
                channel,
                contract,
                payload,
                as_text,
                lambda name, market, spell: ContractStats(name, market, spell, every_ms, as_text, marks),
            )
        ]

    def _contract_info(self, channel: str, payload: list[str], as_text: bool) -> list[Request]:
        return self._each(
            channel,
            payload,
            as_text,
            lambda name, market, spell: ContractInfo(name, market, spell, 0.0, as_text),
        )

    def _liquidates(self, channel: str, payload: list[str], as_text: bool) -> list[Request]:
        options, every_ms = self._venue.options, self._venue.interval_ms(1000.0)
        requests = []
        for contract in payload:
            symbol = None if contract == _ALL else self._market(contract)[0].symbol
            name = _name(channel, [contract], as_text)
            make = partial(
                PublicLiquidates,
                name,
                symbol,
                self._spelling,
                every_ms,
                as_text,
                options.futures_liquidation_text,
            )
            requests.append(Request(name, symbol, make))
        return requests


def _same(stream: Stream) -> Stream:
    return stream


def _name(channel: str, args: Sequence[str], as_text: bool) -> str:
    """The stream's full name; the two forms of sizes are two streams."""
    return f"{channel}:{','.join(args)}" + ("" if as_text else "|int")
