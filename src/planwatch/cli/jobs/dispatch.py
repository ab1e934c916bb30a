"""Commands that start jobs.

What only one command needs is imported inside it: a dispatch must feel instant.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from planwatch.cli.completion import complete_brand, complete_source
from planwatch.cli.options import Json, Key, NoLlm, Quiet, Refresh, Unverified, Wait
from planwatch.cli.session import Session, open_market
from planwatch.cli.verbosity import Verbosity, read_verbosity
from planwatch.domain.job_kinds import ANALYSE, COMPARE, SCRAPE
from planwatch.errors import NoPlans, UsageError
from planwatch.ledger.jobs.jobs import active_jobs
from planwatch.settings.early import switched_off
from planwatch.views.jobs.dispatched import print_dispatched, print_dispatched_json
from planwatch.views.output.streams import print_line
from planwatch.workflows.freshness import market_note

DEFAULT_FOCUS = "O2"
_LONGEST_KEY = 200


def scrape(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            help="Sources to scrape; all enabled sources by default.",
            autocompletion=complete_source,
        ),
    ] = None,
    wait: Wait = False,
    key: Key = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Start a new job even if one for the same sources is active."),
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Collect plans in a detached job, or join an active job for the same sources.

    Example: planwatch scrape three smarty --wait
    """
    verbosity = read_verbosity(quiet=quiet, as_json=as_json)
    with open_market(tell=verbosity.print_notice) as session:
        catalogue = session.catalogue
        named = {catalogue.resolve(source) for source in sources or ()}
        session.refuse_recorded("plans", "scrape")
        params = {"sources": _choose_sources(session, catalogue.ids, named)}
        _start(session, SCRAPE, params, wait=wait, verbosity=verbosity, key=key, joins=not force)


def compare(
    brand_a: Annotated[
        str,
        typer.Argument(
            help="The brand from whose point of view to compare.", autocompletion=complete_brand
        ),
    ],
    brand_b: Annotated[
        str, typer.Argument(help="The brand to compare it with.", autocompletion=complete_brand)
    ],
    wait: Wait = False,
    refresh: Refresh = False,
    no_llm: NoLlm = False,
    unverified: Unverified = False,
    key: Key = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Compare two brands by the true cost of their plans, in a detached job.

    Example: planwatch compare O2 Vodafone --wait
    """
    from planwatch.domain.brand import resolve_brand
    from planwatch.ledger.plans.counts import known_brands

    verbosity = read_verbosity(quiet=quiet, as_json=as_json)
    with open_market(tell=verbosity.print_notice) as session:
        sold = known_brands(session.ledger)
        pair = [resolve_brand(brand_a, sold), resolve_brand(brand_b, sold)]
        if pair[0] == pair[1]:
            raise UsageError(
                f"{pair[0]} cannot be compared with itself",
                hint="name two brands, as in: planwatch compare O2 Vodafone",
            )
        _require_plans(session, pair, sold, unverified=unverified)
        params = {
            "brands": pair,
            "refresh": refresh,
            "no_llm": no_llm,
            "unverified": unverified,
        }
        _start(session, COMPARE, params, wait=wait, verbosity=verbosity, key=key)


def analyse(
    focus: Annotated[
        str,
        typer.Option(
            "--focus",
            help="The brand to analyse the market for.",
            autocompletion=complete_brand,
        ),
    ] = DEFAULT_FOCUS,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="BRANDS",
            help="Recommend prices against these brands, such as EE,Vodafone.",
            autocompletion=complete_brand,
        ),
    ] = None,
    wait: Wait = False,
    refresh: Refresh = False,
    no_llm: NoLlm = False,
    unverified: Unverified = False,
    key: Key = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Analyse the market for one brand, in a detached job.

    Example: planwatch analyse --focus Tesco --wait
    """
    from planwatch.domain.brand import resolve_brand
    from planwatch.ledger.plans.counts import known_brands

    verbosity = read_verbosity(quiet=quiet, as_json=as_json)
    with open_market(tell=verbosity.print_notice) as session:
        sold = known_brands(session.ledger)
        brand = resolve_brand(focus, sold)
        _require_plans(session, [brand], sold, unverified=unverified)
        params = {
            "focus": brand,
            "refresh": refresh,
            "no_llm": no_llm,
            "unverified": unverified,
        }
        if against is not None:
            from planwatch.analysis.pricing import parse_peers_of

            params["against"] = ",".join(parse_peers_of(brand, against, sold))
        _start(session, ANALYSE, params, wait=wait, verbosity=verbosity, key=key)


def _start(
    session: Session,
    kind: str,
    params: Mapping[str, Any],
    *,
    wait: bool,
    verbosity: Verbosity,
    key: str | None,
    joins: bool = False,
) -> None:
    if key is not None and not (0 < len(key) <= _LONGEST_KEY and key.isprintable()):
        raise UsageError(
            f"--key {key[:20]!r} is not a valid key",
            hint=f"write 1 to {_LONGEST_KEY} printable characters",
        )
    session.check_rules()
    found = session.dispatch(session.request(kind, params, key=key, joins=joins))
    if wait:
        from planwatch.cli.jobs.follow import follow

        raise typer.Exit(follow(session, found.job.job_id, timeout_s=None, verbosity=verbosity))
    if verbosity is Verbosity.QUIET:
        print_line(found.job.job_id)
        return
    note = market_note(session.ledger)
    if verbosity is Verbosity.JSON:
        print_dispatched_json(found, note=note)
    else:
        print_dispatched(found, note=note)


def _choose_sources(session: Session, ids: Sequence[str], named: set[str]) -> list[str]:
    """Return the sources to ask, without those that are switched off."""
    off = switched_off(session.settings, ids)
    chosen = [source for source in ids if source in named or (not named and source not in off)]
    if named & off or not chosen:
        which = ", ".join(sorted(named & off)) or "every source"
        raise UsageError(
            f"{which} is switched off in the settings",
            hint=f"set sources.{min(named & off, default='NAME')}.enabled to true, or name others",
        )
    return chosen


def _require_plans(
    session: Session, brands: list[str], sold: list[str], *, unverified: bool
) -> None:
    missing = [brand for brand in brands if brand not in sold]
    if not missing:
        if not unverified:
            _require_verified(session, brands)
        return
    running = [job.job_id for job in active_jobs(session.ledger) if job.kind == SCRAPE]
    todo = (
        f"a scrape is running; when it is done, try again: planwatch wait {running[0]}"
        if running
        else "collect them first: planwatch scrape --wait (or try: planwatch demo)"
    )
    if not sold:
        raise NoPlans("there are no plans yet", hint=todo)
    raise NoPlans(
        f"no plans of {' or '.join(missing)} are in force",
        hint=f"{todo}; brands with plans: {', '.join(sold)}",
    )


def _require_verified(session: Session, brands: list[str]) -> None:
    from planwatch.analysis.market.market import only_unverified
    from planwatch.ledger.plans.counts import unverified_brands

    guessed = unverified_brands(session.ledger)
    missing = [brand for brand in brands if brand in guessed]
    if missing:
        raise only_unverified(missing)
