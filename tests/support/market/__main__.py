"""Run the replica market by hand until Ctrl-C or a kill: python -m tests.support.market --help."""

from __future__ import annotations

import argparse
import math
import signal
import sys
import threading
from contextlib import ExitStack
from datetime import date
from typing import Final, NoReturn

from tests.support.market import faults
from tests.support.market.plans import DATES
from tests.support.market.replica import ReplicaMarket
from tests.support.market.server import run_market
from tests.support.market.sites.registry import SITES

_HIGHEST_PORT: Final = 65_535
_LONGEST_LATENCY_S: Final = 3_600.0


class _Parser(argparse.ArgumentParser):
    """A parser that says in one sentence what is wrong, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"market: {message}.\n")


def main() -> None:
    options = _parser().parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell lets what it starts with & ignore INT
        signal.signal(number, lambda *_: ended.set())
    with ExitStack() as stack:
        try:
            market = stack.enter_context(
                run_market(
                    options.date,
                    port=options.port,
                    latency_s=options.latency,
                    page_size=options.page_size,
                )
            )
        except OSError as error:
            _parser().error(f"cannot serve on port {options.port} ({error.strerror}): name another")
        _serve(market, options.fault, ended)


def _serve(market: ReplicaMarket, wanted: list[_Fault], ended: threading.Event) -> None:
    for source, name, times in wanted:
        try:
            market.fault(source, name, times=times)
        except ValueError as error:
            _parser().error(f"argument --fault: {error}")
    _say(f"The market of {market.day}; Ctrl-C ends it. In another terminal:")
    _say(f"  export PLANWATCH_ORIGIN={market.origin}")
    for site in SITES.values():
        _say(f"  {site.source:9} {market.origin}/{site.host}/")
    ended.wait()
    _say(f"\n{market.count()} requests:")
    for (host, path), count in market.counts.most_common():
        _say(f"  {count:5}  {host}{path}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m tests.support.market",
        description="Serve nine shops as they were on a day, on loopback. Illustrative prices.",
        epilog=f"faults: {', '.join(sorted(faults.NAMES))}",
    )
    parser.add_argument("--port", type=_port, default=0, help="any free port by default")
    parser.add_argument(
        "--date",
        type=_day,
        default=DATES[-1],
        help=f"prices move on {', '.join(map(str, DATES))}",
    )
    parser.add_argument("--latency", type=_seconds, default=0.0, help="seconds before each answer")
    parser.add_argument("--page-size", type=_size, help="most items in an answer of Uswitch")
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="SOURCE=NAME[:TIMES]",
        help="may be given several times",
    )
    return parser


def _port(text: str) -> int:
    return _whole_number(text, 0, _HIGHEST_PORT)


def _size(text: str) -> int:
    return _whole_number(text, 1, 1_000_000)


def _whole_number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= _LONGEST_LATENCY_S:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a number of seconds from 0 to {_LONGEST_LATENCY_S:g}"
        )
    return seconds


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a day: write one such as {DATES[-1]}"
        ) from error


_Fault = tuple[str, str, int | None]


def _fault(text: str) -> _Fault:
    source, equals, fault = text.partition("=")
    name, colon, times = fault.partition(":")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not SOURCE=NAME, such as ee=500")
    if source not in SITES:
        raise argparse.ArgumentTypeError(
            f"no source {source!r}; there are {', '.join(sorted(SITES))}"
        )
    return source, name, _whole_number(times, 1, 1_000_000) if colon else None


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
