"""A value that moved beside one that goes back and forth."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from planwatch.domain.alternation import Figure, Spell, correct, observe

START = datetime.fromisoformat("2026-11-01T06:00:00.000+00:00")


def _at(days: float) -> str:
    return (START + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _see(
    values: str,
    *,
    every_days: float = 1.0,
    bad: str = "",
    may_flip_in_a_day: bool = True,
) -> list[Figure]:
    """Show a figure one value a scrape; capitals in `bad` are the numbers of incomplete scrapes."""
    figure = Figure(spells=(Spell(at=_at(0), value=values[0]),))
    seen = [figure]
    for number, value in enumerate(values[1:], start=1):
        figure = observe(
            figure,
            value,
            _at(number * every_days),
            seen_at=_at((number - 1) * every_days),
            is_good=str(number) not in bad,
            may_flip_in_a_day=may_flip_in_a_day,
        )
        seen.append(figure)
    return seen


def _alternates(values: str, **options: object) -> str:
    """Return a mark for each scrape: A while the figure alternates, a dot while it stands."""
    seen = _see(values, **options)  # type: ignore[arg-type]
    return "".join("." if figure.alternating_since is None else "A" for figure in seen)


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ("aaaa", "...."),
        ("aabbb", "....."),
        ("abcde", "....."),
        ("abbba", "....."),  # a sale of a weekend ends
        ("abab", "...A"),  # the third switch
        ("aabbaabb", "......AA"),
        ("abca", "...."),  # one return
        ("abcab", "....A"),  # the same switch again
        ("abcba", "....."),  # creeps, and creeps back
        ("abcdcba", "......."),
        ("abaca", "....."),  # two sales at two prices
        ("abcbab", ".....A"),
        ("abcdcbab", ".......A"),  # the third switch between a and b
        ("abcdeab", "......."),  # a saw: the same rise again, and no way back
        ("ababbb", "...AA."),
        ("abababaaa", "...AAAAA."),
        ("ababbbab", "...AA..."),  # it has ended, and a switch is news again
        ("ababbbaba", "...AA...A"),
        ("ababc", "...A."),  # none of those that alternate
        ("ababcc", "...A.."),
    ],
)
def test_an_alternation_begins_with_the_third_switch_and_ends_when_a_value_stands(
    values: str, marks: str
) -> None:
    assert _alternates(values) == marks


@pytest.mark.parametrize(
    ("every_days", "marks"), [(4.0, "...A"), (4.5, "...A"), (7.0, "...A"), (7.5, "....")]
)
def test_three_switches_lie_within_fourteen_days(every_days: float, marks: str) -> None:
    assert _alternates("abab", every_days=every_days) == marks


@pytest.mark.parametrize(
    ("values", "marks"), [("ab", ".A"), ("aab", "..."), ("abcd", ".A.A"), ("abbb", ".AA.")]
)
def test_two_values_on_one_day_alternate(values: str, marks: str) -> None:
    assert _alternates(values, every_days=0.5) == marks


def test_a_plan_that_is_withdrawn_on_the_day_it_was_seen_does_not_come_and_go() -> None:
    assert _alternates("ab", every_days=0.25, may_flip_in_a_day=False) == ".."
    assert _alternates("abab", every_days=0.25, may_flip_in_a_day=False) == "...A"


@pytest.mark.parametrize(
    ("bad", "marks"), [("", "...AA."), ("5", "...AAA."), ("3", "...AAA."), ("456", "...AAAAA.")]
)
def test_only_good_scrapes_end_an_alternation(bad: str, marks: str) -> None:
    values = "abab" + "b" * (len(marks) - 4)

    assert _alternates(values, bad=bad) == marks


def test_the_values_of_an_alternation_are_told_once_each() -> None:
    assert _see("ababa")[-1].alternating == ("a", "b")
    assert _see("abcab")[-1].alternating == ("a", "b", "c")
    assert _see("xxab", every_days=0.5)[-1].alternating == ("a", "b")


def test_lists_and_numbers_are_values_like_any_other() -> None:
    figure = Figure(spells=(Spell(at=_at(0), value=[{"date": "2027-04-01"}]),))
    for number, value in enumerate(([], [{"date": "2027-04-01"}], [])):
        figure = observe(
            figure,
            value,
            _at(number + 1),
            seen_at=_at(number),
            is_good=True,
            may_flip_in_a_day=True,
        )

    assert figure.alternating_since == _at(3)


def test_a_value_that_was_misread_is_no_switch() -> None:
    figure = _see("ab")[-1]

    assert correct(figure, "c").spells == (figure.spells[0], Spell(at=_at(1), value="c"))
    assert correct(figure, "a").spells == figure.spells[:1]
