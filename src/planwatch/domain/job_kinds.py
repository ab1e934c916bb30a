"""The kinds of jobs: each is registered once, here.

Commands, settings, `status`, metrics and workers derive from the registration. Every quick command
imports this module, so it holds plain data; only a worker imports the workflow that it names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from planwatch.domain.outcome import GOOD_OUTCOMES
from planwatch.errors import EngineError

SCRAPE: Final = "scrape"
COMPARE: Final = "compare"
ANALYSE: Final = "analyse"

_REQUIRED: Final[Any] = object()
_OPTIONAL: Final[Any] = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a kind.

    Attributes:
        default: what a job that does not state it gets; without one it has to be stated, and an
            optional one stays out of the job.
    """

    name: str
    type: type
    default: Any = _REQUIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """All that the rest of planwatch knows of a kind of job.

    Attributes:
        name: of the kind, of its command (a function in `cli/jobs/dispatch.py`) and of its limit
            (`jobs.NAME_at_once`).
        plural: what jobs of this kind are called in the reference of the settings.
        workflow: `module:function`; the function takes the worker's `Services` and returns the
            `Workflow`, in which the steps, their estimates and their time limits are.
        at_once: how many run at once unless the settings say otherwise.
        describe_start: what follows "Started NAME" when one is dispatched.
        describe: what `status` says a job is about.
        describe_end: sums up the result of a job that ended, and the error that it has beside it.
    """

    name: str
    plural: str
    workflow: str
    at_once: int
    parameters: tuple[Parameter, ...]
    describe_start: Callable[[Mapping[str, Any]], str]
    describe: Callable[[Mapping[str, Any]], str]
    describe_end: Callable[[Mapping[str, Any], Mapping[str, Any] | None], str]

    def check_params(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the params of a job as they are stored: checked, complete, in one order.

        Raises:
            EngineError: one is missing, unknown or of another type.
        """
        unknown = sorted(params.keys() - {parameter.name for parameter in self.parameters})
        if unknown:
            raise self._refusal(f"does not take {', '.join(unknown)}")
        checked = {}
        for parameter in self.parameters:
            value = params.get(parameter.name, parameter.default)
            if value is _OPTIONAL:
                continue
            if value is _REQUIRED:
                raise self._refusal(f"needs {parameter.name}")
            if not isinstance(value, parameter.type):
                raise self._refusal(
                    f"takes a {parameter.type.__name__} as {parameter.name}, not {value!r}"
                )
            checked[parameter.name] = value
        return checked

    def _refusal(self, what: str) -> EngineError:
        taken = ", ".join(parameter.name for parameter in self.parameters)
        return EngineError(f"a job of kind {self.name!r} {what}", hint=f"its parameters: {taken}")


def _name_sources(params: Mapping[str, Any]) -> str:
    sources = params.get("sources", [])
    named = ", ".join(sources) if len(sources) <= 3 else f"{len(sources)} sources"
    return f"{named} ({params['market_date']})" if "market_date" in params else named


def _count_sources(params: Mapping[str, Any]) -> str:
    number = len(params.get("sources", []))
    return f"of {number} source" + ("" if number == 1 else "s")


def _name_brands(params: Mapping[str, Any]) -> str:
    return " × ".join(params.get("brands", []))


def _sum_up_scrape(result: Mapping[str, Any], _error: Mapping[str, Any] | None) -> str:
    sources = result["sources"]
    moves = (
        f"{sum(source[name] for source in sources)} {name}"
        for name in ("new", "changed", "withdrawn")
    )
    bad = ", ".join(
        f"{source['source']} {source['outcome']}"
        for source in sources
        if source["outcome"] not in GOOD_OUTCOMES
    )
    trouble = f"; not good: {bad}" if bad else ""
    return f"{result['plans_total']} plans in force, {', '.join(moves)}{trouble}"


def _sum_up_analysis(result: Mapping[str, Any], error: Mapping[str, Any] | None) -> str:
    cached = ", cached" if result["cached"] else ""
    lacking = f"; the model did not write the whole report: {error['message']}" if error else ""
    return f"planwatch show {result['analysis_id']}{cached}{lacking}"


_OF_AN_ANALYSIS: Final = (
    Parameter("refresh", bool, default=False),
    Parameter("no_llm", bool, default=False),
    Parameter("unverified", bool, default=False),
)

KINDS: Final[Mapping[str, JobKind]] = {
    kind.name: kind
    for kind in (
        JobKind(
            name=SCRAPE,
            plural="scrapes",
            workflow="planwatch.workflows.scrape.workflow:build_scrape",
            at_once=1,
            parameters=(
                Parameter("sources", list),
                # of a recorded market: what brings its pages, which day's, and its clock
                Parameter("fetcher", str, _OPTIONAL),
                Parameter("market_date", str, _OPTIONAL),
                Parameter("market_now", str, _OPTIONAL),
            ),
            describe_start=_count_sources,
            describe=_name_sources,
            describe_end=_sum_up_scrape,
        ),
        JobKind(
            name=COMPARE,
            plural="comparisons",
            workflow="planwatch.workflows.reports.compare:build_compare",
            at_once=3,
            parameters=(Parameter("brands", list), *_OF_AN_ANALYSIS),
            describe_start=_name_brands,
            describe=_name_brands,
            describe_end=_sum_up_analysis,
        ),
        JobKind(
            name=ANALYSE,
            plural="analyses",
            workflow="planwatch.workflows.reports.analyse:build_analyse",
            at_once=2,
            parameters=(
                Parameter("focus", str),
                *_OF_AN_ANALYSIS,
                Parameter("against", str, _OPTIONAL),
            ),
            describe_start=lambda params: f"for {params.get('focus', '–')}",
            describe=lambda params: f"focus {params.get('focus', '–')}",
            describe_end=_sum_up_analysis,
        ),
    )
}


def find_kind(name: str) -> JobKind | None:
    """Return a registered kind; None for a job that another version of planwatch started."""
    return KINDS.get(name)


def get_kind(name: str) -> JobKind:
    """Return a registered kind.

    Raises:
        EngineError: there is none of this name.
    """
    kind = find_kind(name)
    if kind is None:
        raise EngineError(
            f"this planwatch knows no job of kind {name!r}",
            hint="it was dispatched by another version; run that one, or start a new job",
        )
    return kind
