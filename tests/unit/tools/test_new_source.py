"""The skeleton of a source, written into a copy of the project and used there as a person would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cases import REPO
from tests.support.cli import HANG_S

TOOL = REPO / "tools" / "new_source.py"
LONGEST = "a_longest_name_1234x"
PAGE = """<html><head><title>Acme</title></head><body><input name="csrf" value="k3j4h5k3j4h5">
<ul class="plans">
<li class="plan"><h2 class="name">Small</h2><p class="data">5GB</p><p class="term">12 months</p>
<p class="price">£6.00 a month</p></li>
<li class="plan"><h2 class="name">Large</h2><p class="data">Unlimited data</p>
<p class="term">1 month</p><p class="price">£20.00 a month</p></li>
</ul></body></html>"""


def _run(*command: str, project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=project,
        env={**os.environ, "PYTHONPATH": f"{project / 'src'}{os.pathsep}{project}"},
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _write(name: str, project: Path) -> subprocess.CompletedProcess[str]:
    return _run(str(TOOL), "--root", str(project), "--", name, project=project)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of what a source and its tests need."""
    copy = tmp_path / "project"
    for part, unwanted in (("src", "recorded"), ("tests/support", "market")):
        leave_out = shutil.ignore_patterns("__pycache__", unwanted)
        shutil.copytree(REPO / part, copy / part, ignore=leave_out)
    (copy / "tests/unit/sources").mkdir(parents=True)
    packages = [
        f"{package}/__init__.py" for package in ("tests", "tests/unit", "tests/unit/sources")
    ]
    for file in ("pyproject.toml", "tests/conftest.py", *packages):
        shutil.copy(REPO / file, copy / file)
    return copy


def _register(name: str, project: Path) -> None:
    brands = project / "src/planwatch/domain/brand.py"
    before, found, after = brands.read_text("utf-8").partition('    Brand("voxi"')
    assert found
    entry = f'    Brand("{name}", "{name.title()}", has_source=True),\n'
    brands.write_text(f"{before}{entry}{found}{after}", "utf-8")


@pytest.mark.parametrize("name", ["acme", LONGEST])
def test_what_is_written_is_formatted_and_clean(name: str, project: Path) -> None:
    done = _write(name, project)
    written = [f"src/planwatch/sources/sites/{name}.py", f"tests/unit/sources/test_{name}.py"]

    checked = _run("-m", "ruff", "check", "--no-cache", *written, project=project)
    formatted = _run("-m", "ruff", "format", "--no-cache", "--check", *written, project=project)

    assert done.returncode == 0, done.stderr
    assert all(path in done.stdout for path in written)
    assert f"planwatch probe {name} --save-case tests/pages/{name}/" in done.stdout
    assert checked.returncode == 0, checked.stdout
    assert formatted.returncode == 0, formatted.stdout


def test_its_test_fails_until_a_page_is_saved_and_then_passes(project: Path) -> None:
    _write("acme", project)
    _register("acme", project)
    (project / "page.html").write_text(PAGE, "utf-8")
    test = ("-m", "pytest", "-q", "tests/unit/sources/test_acme.py")
    case = "tests/pages/acme/2026-11-02-ordinary"

    before = _run(*test, project=project)
    saved = _run(
        *("-P", "-m", "planwatch", "probe", "acme", "--from", "page.html"),
        *("--as-of", "2026-11-02", "--save-case", case),
        project=project,
    )
    after = _run(*test, project=project)

    assert before.returncode == 1
    assert "no page is saved yet" in before.stdout
    assert saved.returncode == 0, saved.stderr
    assert "removed 1 secret" in saved.stderr
    assert after.returncode == 0, after.stdout
    assert "k3j4h5" not in (project / case / "plans.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["", "Acme", "1p", "a-b", "class", "../x", "a" * 21, "--help"])
def test_a_name_that_is_no_module_is_refused(name: str, project: Path) -> None:
    before = sorted(project.rglob("*"))

    done = _write(name, project)

    assert done.returncode == 2
    assert "is no name of a source" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path for path in sorted(project.rglob("*")) if "__pycache__" not in str(path)] == before


@pytest.mark.parametrize("name", ["smarty", "o2"])
def test_what_is_there_is_never_overwritten(name: str, project: Path) -> None:
    done = _write(name, project)

    assert done.returncode == 2
    assert f"src/planwatch/sources/sites/{name}" in done.stderr
    assert "is there already" in done.stderr
    assert not (project / f"tests/unit/sources/test_{name}.py").exists()


def test_a_test_that_is_there_is_not_overwritten_either(project: Path) -> None:
    kept = project / "tests/unit/sources/test_acme.py"
    kept.write_text("kept", "utf-8")

    done = _write("acme", project)

    assert done.returncode == 2
    assert kept.read_text("utf-8") == "kept"
    assert not (project / "src/planwatch/sources/sites/acme.py").exists()
