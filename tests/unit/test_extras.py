"""The line that installs an extra, as a shell would take it."""

from __future__ import annotations

import shlex
import sys
import tomllib
from pathlib import Path

import pytest

from planwatch.extras import install_line

_PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


@pytest.mark.parametrize("extra", ["browser", "notify"])
def test_the_line_installs_what_the_extra_needs_and_no_package_of_our_name(extra: str) -> None:
    with _PYPROJECT.open("rb") as file:
        wanted = tomllib.load(file)["project"]["optional-dependencies"][extra]

    python, *pip, needed = shlex.split(install_line(extra))

    assert (python, pip) == (sys.executable, ["-m", "pip", "install"])
    assert [needed.split(">")[0].split("<")[0]] == [each.split(">")[0] for each in wanted]
    assert "planwatch" not in needed


def test_a_path_with_spaces_is_one_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/home/a b/.venv/bin/python")

    assert install_line("notify").startswith("'/home/a b/.venv/bin/python' -m pip install 'apprise")
