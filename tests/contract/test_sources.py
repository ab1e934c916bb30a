"""What every source owes, proved on its saved pages and on pages that no parser should survive."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.page import Page
from planwatch.errors import LayoutChanged, NothingFound, ParseError
from planwatch.sources import sites
from planwatch.sources.contract import Reading, Source, group_offers
from planwatch.sources.registry import SOURCE_IDS, load_source
from tests.support.cases import PAGES, Case, find_cases, load_expected, reading_record

SITES = Path(sites.__file__).parent
CASES = find_cases()
ORDINARY = tuple(case for case in CASES if case.is_ordinary)
AS_OF = date(2026, 11, 2)
CHALLENGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
    b"<h1>Checking your browser</h1><p>Enable JavaScript and cookies to go on. It takes 5 seconds."
    b"</p><script>window.challenge={plans:[]}</script></body></html>"
)
REFUSALS = {
    "empty": b"",
    "blank": b"  \n\t ",
    "challenge": CHALLENGE,
    "null": b"null",
    "number": b"12",
    "empty object": b"{}",
    "empty list": b"[]",
    "answer with errors": b'{"errors":[{"message":"Cannot query field"}],"data":null}',
    "wrong bytes": b"\xff\xfe\x00\xd8\x00",
    "deep": b"[" * 100_000,
    "endless number": b'{"data":' + b"9" * 5_000 + b"}",
    "huge exponent": b'{"data":1e99999999999999999999}',
}
few = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def _name(value: Case | Source | str) -> str:
    return value if isinstance(value, str) else value.name if isinstance(value, Case) else value.id


def _cases_of(source_id: str) -> tuple[Case, ...]:
    return tuple(case for case in CASES if case.source_id == source_id)


def _first_ordinary(source_id: str) -> Case:
    return next(case for case in _cases_of(source_id) if case.is_ordinary)


def _read_or_refuse(source: Source, body: bytes) -> Reading | None:
    """Read one page; None if the source refuses it as it should. Another error goes through."""
    try:
        return source.parse(Page(body=body, name="saved"), AS_OF)
    except (LayoutChanged, NothingFound):
        return None


def _offers(reading: Reading) -> set[tuple[Any, ...]]:
    return {(plan.plan_key, plan.offer_key, plan.price_pence) for plan in reading.plans}


def test_every_parser_is_registered() -> None:
    parsers = {path.stem for path in SITES.iterdir() if not path.name.startswith("__")}

    assert parsers == set(SOURCE_IDS)


@pytest.mark.parametrize("source_id", SOURCE_IDS)
def test_a_source_describes_itself(source_id: str) -> None:
    source = load_source(source_id)

    names = [request.name for request in source.requests]
    assert source.id == source_id
    assert source.title
    assert source.checked_against.strip()
    assert (source.brand is None) == (source_id in AGGREGATORS)
    assert names
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("source_id", SOURCE_IDS)
def test_the_requests_of_a_source_go_to_one_host_over_https(source_id: str) -> None:
    addresses = [urlsplit(request.url) for request in load_source(source_id).requests]

    assert {address.scheme for address in addresses} == {"https"}
    assert len({address.hostname for address in addresses}) == 1


@pytest.mark.parametrize("source_id", SOURCE_IDS)
def test_no_request_pretends_to_be_a_browser(source_id: str) -> None:
    headers = {
        name.lower() for request in load_source(source_id).requests for name in request.headers
    }

    assert not {name for name in headers if name == "user-agent" or name.startswith("sec-")}


@pytest.mark.parametrize("source_id", SOURCE_IDS)
def test_a_source_has_an_ordinary_an_empty_and_a_changed_page(source_id: str) -> None:
    errors = {case.error for case in _cases_of(source_id)}

    assert {None, "nothing_found", "layout_changed"} <= errors


def test_every_page_folder_belongs_to_a_source_and_is_a_case() -> None:
    folders = {path for path in PAGES.glob("*/*") if path.is_dir()}

    assert {path.name for path in PAGES.iterdir() if path.is_dir()} <= set(SOURCE_IDS)
    assert {case.folder for case in CASES} == folders


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_a_saved_page_is_read_as_expected(case: Case) -> None:
    source = load_source(case.source_id)
    if case.error:
        with pytest.raises(ParseError) as caught:
            case.read(source)

        assert caught.value.code == case.error
        assert not (case.folder / "expected.json").exists()
        return
    record = reading_record(case.read(source))

    expected = load_expected(case, record)
    if expected is None:
        pytest.fail(f"{case.name}: expected.json is new; read it against the page, then run again")
    assert record == expected


@pytest.mark.parametrize("case", ORDINARY, ids=_name)
def test_a_plan_is_whole(case: Case) -> None:
    source = load_source(case.source_id)

    for plan in case.read(source).plans:
        assert plan.name.strip()
        assert plan.price_pence > 0
        assert plan.currency == "GBP"
        assert plan.source == source.id
        assert plan.as_of == case.as_of
        assert plan.brand == (source.brand or plan.brand)
        assert plan.verified


@pytest.mark.parametrize("case", ORDINARY, ids=_name)
def test_offers_of_one_plan_are_told_apart(case: Case) -> None:
    reading = case.read(load_source(case.source_id))

    for key, offers in group_offers(reading.plans).items():
        assert len({offer.offer_key for offer in offers}) == len(offers), key


@pytest.mark.parametrize("case", ORDINARY, ids=_name)
def test_the_same_page_is_read_the_same_twice(case: Case) -> None:
    source = load_source(case.source_id)

    assert case.read(source) == case.read(source)


@pytest.mark.parametrize("case", ORDINARY, ids=_name)
def test_each_page_alone_gives_no_plan_that_the_whole_does_not(case: Case) -> None:
    source = load_source(case.source_id)
    whole = _offers(case.read(source))

    parts = [_read_or_refuse(source, page.body) for page in case.pages]

    assert set().union(*(_offers(part) for part in parts if part)) == whole


@pytest.mark.parametrize("body", REFUSALS.values(), ids=REFUSALS.keys())
@pytest.mark.parametrize("source_id", SOURCE_IDS)
def test_a_page_without_a_list_of_plans_is_refused(source_id: str, body: bytes) -> None:
    assert _read_or_refuse(load_source(source_id), body) is None


@pytest.mark.parametrize("source_id", SOURCE_IDS)
@given(body=st.binary(max_size=400))
@few
def test_random_bytes_are_refused(source_id: str, body: bytes) -> None:
    assert _read_or_refuse(load_source(source_id), body) is None


@pytest.mark.parametrize("source_id", SOURCE_IDS)
@given(data=st.data())
@few
def test_a_page_cut_short_is_refused_or_gives_every_plan(
    source_id: str, data: st.DataObject
) -> None:
    source = load_source(source_id)
    page = _first_ordinary(source_id).pages[0]
    body = page.body.rstrip()
    cut = data.draw(st.integers(0, len(body) - 1))

    reading = _read_or_refuse(source, body[:cut])

    if reading is not None and not reading.unreadable:
        whole = _read_or_refuse(source, body)
        assert whole is not None
        assert _offers(reading) == _offers(whole)


@pytest.mark.parametrize("source_id", SOURCE_IDS)
@given(data=st.data())
@few
def test_a_page_with_one_thing_wrong_never_breaks_the_parser(
    source_id: str, data: st.DataObject
) -> None:
    source = load_source(source_id)
    body = _first_ordinary(source_id).pages[0].body

    reading = _read_or_refuse(source, data.draw(_with_one_thing_wrong(body)))

    assert reading is None or all(plan.price_pence > 0 for plan in reading.plans)


def _with_one_thing_wrong(body: bytes) -> st.SearchStrategy[bytes]:
    try:
        answer = json.loads(body)
    except ValueError:
        return st.tuples(st.integers(0, len(body)), st.integers(1, 60), st.binary(max_size=8)).map(
            lambda wrong: body[: wrong[0]] + wrong[2] + body[wrong[0] + wrong[1] :]
        )
    wrong_values = st.sampled_from(
        (None, True, -1, 0, 1.005, 10**30, 1e300, "", "x", "²", "-5", [], [None], {}, {"a": 1})
    )
    return st.tuples(st.sampled_from(_paths(answer)), wrong_values).map(
        lambda wrong: json.dumps(_replaced(answer, wrong[0], wrong[1])).encode()
    )


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps: list[Any] = []
    if isinstance(value, dict):
        steps = list(value)
    elif isinstance(value, list):
        steps = list(range(len(value)))
    return [path, *(found for step in steps for found in _paths(value[step], (*path, step)))]


def _replaced(value: Any, path: tuple[Any, ...], wrong: Any) -> Any:
    if not path:
        return wrong
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], wrong)
    return copy
