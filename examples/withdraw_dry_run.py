"""Withdrawals: refused while the allow-list is empty, checked in full by a dry run, and never sent here.

    python examples/withdraw_dry_run.py --venue mexc_spot
"""

from __future__ import annotations

import argparse
import asyncio
import logging

import hftx
from hftx.rest.withdrawal import AllowedAddress, WithdrawalRequest
from hftx.sim import Account, start_twin

KEY, SECRET, ADDRESS = "mx0vexample", "known-to-this-twin-only", "T-my-own-wallet"


async def attempt(venue: str, config: hftx.ExchangeConfig, allowed: set[AllowedAddress], address: str) -> None:
    """One dry run with this allow-list; every attempt, refused ones too, leaves a line in the audit log."""
    client = hftx.MexcPrivateRest if venue == "mexc_spot" else hftx.GateioPrivateRest
    options = hftx.PrivateRestOptions(withdrawal_addresses=frozenset(allowed))
    async with client(config, options=options) as account:
        request = WithdrawalRequest("USDT", "TRX", address, "25", max_fee="2")
        try:
            planned = await account.withdraw(request, dry_run=True)
        except hftx.HftxError as error:
            print(f"refused: {error}")
            return
        print(f"{planned.status.value}: {planned.amount} {planned.asset} to {planned.address}, fee {planned.fee}")
        # Without dry_run the same call sends it, once, and is never repeated by itself.
        print(f"sent so far: {len(await account.get_withdrawal_history('USDT'))}")


async def main(venue: str) -> None:
    """Three attempts: nothing allowed, one place allowed, and another place than that one."""
    account = Account(KEY, SECRET, {"USDT": 1_000}, addresses=(("USDT", "TRX", ADDRESS),))
    twin = await start_twin(venue, ["BTC_USDT"], accounts=[account])
    config = hftx.venue_config(venue, twin.rest_url, twin.ws_url, hftx.Credentials(KEY, SECRET))
    try:
        for allowed, address in (
            (set(), ADDRESS),
            ({AllowedAddress("USDT", "TRX", ADDRESS)}, ADDRESS),
            ({AllowedAddress("USDT", "TRX", ADDRESS)}, "T-somebody-else"),
        ):
            await attempt(venue, config, allowed, address)
    finally:
        await twin.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venue", default="gateio_spot", choices=["gateio_spot", "mexc_spot"])
    parser.add_argument("--audit", action="store_true", help="show the audit log as well")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO if arguments.audit else logging.CRITICAL, format="%(name)s: %(message)s")
    asyncio.run(main(arguments.venue))
