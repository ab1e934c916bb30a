"""What Tab offers: the program itself, asked as bash, zsh and fish ask it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli import HANG_S, read_json, run_planwatch

PROGRAM = Path(sys.executable).parent / "planwatch"
HEAVY = ("pydantic", "httpx", "parsel", "sqlite_utils", "rich")


def complete(*words: str) -> list[str]:
    """Return what bash is offered for the last of the words after `planwatch`."""
    done = subprocess.run(
        [PROGRAM],
        env={
            **os.environ,
            "_PLANWATCH_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(("planwatch", *words)),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("what-if", "--brand", "Te"), ["Tesco"]),
        (("scrape", "sm"), ["smarty"]),
        (("compare", "O2", "vod"), ["vodafone"]),
        (("plans", "O"), ["O2"]),
        (("plans", "--sort", "eff"), ["effective"]),
        (("plans", "--sort", ""), ["brand", "price", "effective", "data"]),
        (("plans", "--roaming", "E"), ["Eu"]),
        (("plans", "--roaming", ""), ["none", "eu", "global"]),
        (("cheapest", "50GB", "--brand", "Te"), ["Tesco"]),
        (("cheapest", "50GB", "--exclude", "vo"), ["vodafone", "voxi"]),
        (("cheapest", "50GB", "--roaming", ""), ["eu", "global"]),
        (("cheapest", "50GB", "--roaming", "G"), ["Global"]),
        (("changes", "ly"), ["lyca"]),
        (("analyse", "--focus", "gi"), ["giffgaff"]),
        (("status", "l"), ["last"]),
        (("sources", "show", "sm"), ["smarty"]),
        (("sources", "accept", "v"), ["vodafone"]),
        (("sources", "replay", "us"), ["uswitch"]),
        (("sources", "import", "gi"), ["giffgaff"]),
        (("probe", "thr"), ["three"]),
        (("show", "--section", "ladd"), ["ladder"]),
        (("show", "--section", "CAV"), ["CAVeats"]),
        (("show", "--section", "gaps", "--section", "re"), ["recommendations"]),
        (("wait", "l"), ["last"]),
        (("logs", "l"), ["last"]),
        (("resume", "l"), ["last"]),
    ],
)
def test_names_are_offered_before_anything_was_collected(
    words: tuple[str, ...], offered: list[str], home: Path
) -> None:
    assert complete(*words) == offered
    assert not home.exists()


def test_jobs_and_analyses_are_offered_by_their_ids() -> None:
    run_planwatch("demo")
    jobs = [job["id"] for job in read_json("status")["jobs"]]
    analyses = [each["analysis_id"] for each in read_json("show", "--list")["analyses"]]

    assert complete("wait", "") == ["last", *jobs]
    assert complete("cancel", jobs[0][:4]) == [jobs[0]]
    assert complete("show", "") == analyses
    assert complete("show", "%") == []
    assert complete("history", "lebara-30") == ["lebara-30gb-12m"]
    assert complete("history", "--plan", "lebara-30") == ["lebara-30gb-12m"]
    assert complete("history", "leb")[0] == "lebara"
    assert "lebara-30gb-12m" in complete("history", "leb")
    assert complete("digest", "--brand", "leb") == ["lebara"]
    assert complete("changes", "--brand", "Leb") == ["Lebara"]
    assert "spusu" in complete("what-if", "--brand", "sp")


def test_a_damaged_ledger_offers_nothing_and_says_nothing(home: Path) -> None:
    home.mkdir()
    (home / "ledger.db").write_bytes(b"no database at all" * 300)

    assert complete("show", "") == []
    assert complete("wait", "") == ["last"]
    assert [path.name for path in home.iterdir()] == ["ledger.db"]


def test_a_home_that_is_a_file_offers_names_only(home: Path) -> None:
    home.touch()

    assert complete("wait", "") == ["last"]
    assert complete("what-if", "--brand", "O") == ["O2"]


def test_nothing_heavy_is_imported_to_complete() -> None:
    code = (
        "import sys; from planwatch.cli.app import app\n"
        "from planwatch.cli.completion import complete_brand, complete_job, complete_plan\n"
        "complete_brand(''), complete_job(''), complete_plan('')\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=HANG_S, check=True
    )

    assert done.stdout.split() == []
