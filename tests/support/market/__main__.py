"""Run the replica market by hand until Ctrl-C or a kill: python -m tests.support.market --help."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from datetime import date

from tests.support.market import faults
from tests.support.market.plans import DATES
from tests.support.market.replica import ReplicaMarket
from tests.support.market.server import run_market
from tests.support.market.sites.registry import SITES


def main() -> None:
    options = _parser().parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell lets what it starts with & ignore INT
        signal.signal(number, lambda *_: ended.set())
    with run_market(
        options.date, port=options.port, latency_s=options.latency, page_size=options.page_size
    ) as market:
        for text in options.fault:
            _switch_on(market, text)
        _say(f"The market of {market.day}; Ctrl-C ends it. In another terminal:")
        _say(f"  export PLANWATCH_ORIGIN={market.origin}")
        for site in SITES.values():
            _say(f"  {site.source:9} {market.origin}/{site.host}/")
        ended.wait()
        _say(f"\n{market.count()} requests:")
        for (host, path), count in market.counts.most_common():
            _say(f"  {count:5}  {host}{path}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.market",
        description="Serve nine shops as they were on a day, on loopback. Illustrative prices.",
        epilog=f"faults: {', '.join(sorted(faults.NAMES))}",
    )
    parser.add_argument("--port", type=int, default=0, help="any free port by default")
    parser.add_argument(
        "--date",
        type=date.fromisoformat,
        default=DATES[-1],
        help=f"prices move on {', '.join(map(str, DATES))}",
    )
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--page-size", type=int, help="most items in an answer of Uswitch")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="SOURCE=NAME[:TIMES]",
        help="may be given several times",
    )
    return parser


def _switch_on(market: ReplicaMarket, text: str) -> None:
    source, _, fault = text.partition("=")
    name, _, times = fault.partition(":")
    try:
        market.fault(source, name, times=int(times) if times else None)
    except (KeyError, ValueError) as error:
        raise SystemExit(f"--fault {text}: {error}") from error


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
