"""Words by a model, through the real command, worker and sockets: what stands in the report."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import kill_hard, read_json, run_planwatch, wait_until
from tests.support.fake_model import ANSWER_TOKENS, KEY, PROMPT_TOKENS, FakeModel, facts_of
from tests.support.ledgers import rows, value
from tests.support.workers import await_end, await_worker

COMPARE = ("compare", "O2", "Vodafone")
SECTIONS = [
    *("baskets", "dominated", "gaps", "ladder", "match"),
    *("moves", "promotions", "rises", "summary"),
]
OF_AN_ANALYSIS = [
    *("baskets", "frontier", "moves", "overview"),
    *("promotions", "recommendations", "summary", "tiers"),
]
# what tells of our own records, or repeats figures of the others, is the template's
OURS = {"brands", "white_space", "direct", "market"}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the recorded market, made once."""
    root = tmp_path_factory.mktemp("recorded") / "home"
    done = run_planwatch("demo", env={"PLANWATCH_HOME": str(root)})
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def home(home: Path, market: Path) -> Path:
    """Return a home of this test's own, a copy of the recorded market."""
    shutil.copytree(market, home)
    return home


def _run(*arguments: str, env: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    done = run_planwatch(*arguments, "--wait", "--json", env=env)
    document: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, document["job"]


def _shown() -> dict[str, Any]:
    analysis: dict[str, Any] = read_json("show")["analysis"]
    return analysis


def _sections_by(analysis: Mapping[str, Any], writer: str) -> set[str]:
    return {part["id"] for part in analysis["sections"] if part["written_by"] == writer}


def test_a_comparison_is_written_by_the_model(home: Path) -> None:
    with FakeModel() as model:
        code, job = _run(*COMPARE, env=model.env())

        assert (code, job["result"]["written_by"]) == (0, "model")
        assert sorted(model.asked_for()) == SECTIONS
        assert set(model.keys) == {f"Bearer {KEY}"}
    shown = _shown()
    assert shown["usage"]["requests"] == len(SECTIONS)
    assert shown["usage"]["answer_tokens"] > 0
    assert f"{len(SECTIONS)} requests" in run_planwatch("show").stdout
    assert shown["verdict"].startswith("The figure to look at for O2 is ")
    assert "{{" not in json.dumps(shown)
    assert _sections_by(shown, "template") == OURS
    assert _sections_by(shown, "model") == set(SECTIONS) - {"summary"}
    ids = {fact["id"] for fact in shown["facts"]}
    cited = [i for s in shown["sections"] for n in s["insights"] for i in n["fact_ids"]]
    assert cited
    assert set(cited) <= ids
    assert "words by the model" in run_planwatch("show").stdout


def test_an_analysis_is_written_by_the_model(home: Path) -> None:
    with FakeModel() as model:
        code, job = _run("analyse", "--focus", "O2", env=model.env())

        assert (code, job["result"]["written_by"]) == (0, "model")
        assert sorted(model.asked_for()) == OF_AN_ANALYSIS
        assert max(len(facts_of(asked)) for asked in model.asked) <= 60


def test_no_llm_and_no_key_ask_nobody_and_complain_of_nothing(home: Path) -> None:
    with FakeModel() as model:
        without = _run(*COMPARE, "--no-llm", "--refresh", env=model.env())
        keyless = _run(*COMPARE, "--refresh", env={"PLANWATCH_LLM__MODEL": "gpt"})

        assert model.asked == []
    for code, job in (without, keyless):
        assert (code, job["error"], job["result"]["written_by"]) == (0, None, "template")


def test_the_model_and_the_template_have_analyses_of_their_own(home: Path) -> None:
    with FakeModel() as model:
        first = _run(*COMPARE, env=model.env())[1]["result"]
        again = _run(*COMPARE, env=model.env())[1]["result"]
        plain = _run(*COMPARE, "--no-llm", env=model.env())[1]["result"]

        assert len(model.asked) == len(SECTIONS)
    assert (first["cached"], again["cached"]) == (False, True)
    assert again["analysis_id"] == first["analysis_id"]
    assert (plain["cached"], plain["written_by"]) == (True, "template")


def test_refresh_asks_anew(home: Path) -> None:
    with FakeModel() as model:
        _run(*COMPARE, env=model.env())
        _run(*COMPARE, "--refresh", env=model.env())

        assert len(model.asked) == 2 * len(SECTIONS)


def test_what_the_gate_refuses_leaves_the_templates_words(home: Path) -> None:
    template = _shown_after(_run(*COMPARE, "--no-llm", env={}))
    with FakeModel(["false"]) as model:
        code, job = _run(*COMPARE, env=model.env())

        assert (code, job["result"]["written_by"]) == (0, "template")
        assert len(model.asked) == 2 * len(SECTIONS), "one repair turn each"
        assert "bare" in model.asked[-1]["messages"][-1]["content"]
    shown = _shown()
    assert (shown["verdict"], shown["findings"]) == (template["verdict"], template["findings"])


def _shown_after(done: tuple[int, dict[str, Any]]) -> dict[str, Any]:
    assert done[0] == 0
    analysis: dict[str, Any] = read_json("show", done[1]["result"]["analysis_id"])["analysis"]
    return analysis


@pytest.mark.parametrize("scenario", ["repaired", "malformed words", "length"])
def test_one_repair_turn_and_no_more(home: Path, scenario: str) -> None:
    with FakeModel([scenario]) as model:
        code, job = _run(*COMPARE, env=model.env())

        assert len(model.asked) == 2 * len(SECTIONS)
    expected = "model" if scenario == "repaired" else "template"
    assert (code, job["result"]["written_by"]) == (0, expected)


def test_one_section_without_an_answer_makes_a_mixed_report_and_is_asked_for_again(
    home: Path,
) -> None:
    with FakeModel(sections={"gaps": "401"}) as model:
        code, job = _run(*COMPARE, env=model.env())

        assert (code, job["status"], job["result"]["written_by"]) == (5, "completed", "mixed")
        assert job["error"]["code"] == "model_denied"
        assert _sections_by(_shown(), "template") == OURS | {"gaps"}

        model.sections = {}
        code, job = _run(*COMPARE, env=model.env())

        assert (code, job["result"]["written_by"]) == (0, "model")
        assert model.asked_for()[len(SECTIONS) :] == ["gaps"], "the others are cached"


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        ("insufficient_quota", "model_quota"),
        ("429 in 300 s", "model_busy"),
        ("404 model", "model_refused"),
        ("refusal", "model_answer"),
        ("context too long", "model_context"),
    ],
)
def test_an_unavailable_model_costs_the_words_and_not_the_report(
    home: Path, scenario: str, code: str
) -> None:
    with FakeModel([scenario]) as model:
        exit_code, job = _run(*COMPARE, env=model.env())

    assert (exit_code, job["status"], job["error"]["code"]) == (5, "completed", code)
    assert job["result"]["written_by"] == "template"
    assert _shown()["verdict"]
    done = run_planwatch("wait", job["id"])
    assert (done.returncode, "the model did not write the whole report" in done.stderr) == (5, True)


def test_a_passing_fault_is_retried_and_honours_retry_after(home: Path) -> None:
    with FakeModel(sections={"gaps": "held"}, script=["429 in a second", "good"]) as model:
        model.released.set()
        code, job = _run(*COMPARE, env=model.env())

    assert (code, job["result"]["written_by"]) == (0, "model")
    attempts = {step["name"]: step["attempts"] for step in job["steps"]}
    assert sorted(attempts[f"words {section}"] for section in SECTIONS) == [1] * 8 + [2]


def test_facts_that_do_not_fit_are_left_out(home: Path) -> None:
    with FakeModel(["small context"]) as model:
        code, job = _run(*COMPARE, env=model.env())

        assert (code, job["result"]["written_by"]) == (0, "model")
        assert min(len(facts_of(asked)) for asked in model.asked) <= 10


def test_a_server_without_response_format_is_asked_plainly_by_the_next_job(home: Path) -> None:
    with FakeModel(["no response_format"]) as model:
        _run(*COMPARE, env=model.env())
        before = len(model.asked)
        _run(*COMPARE, "--refresh", env=model.env())

        assert all("response_format" not in asked for asked in model.asked[before:])
        assert len(model.asked) - before == len(SECTIONS)


def test_no_section_waits_for_another(home: Path) -> None:
    with FakeModel(sections=dict.fromkeys(SECTIONS, "held")) as model:
        job_id = read_json(*COMPARE, env=model.env())["job_id"]

        wait_until(lambda: len(model.asked) == len(SECTIONS), "all sections to be asked for")
        model.released.set()

        assert await_end(home, job_id) == "completed"


def test_an_analysis_waits_for_all_its_answers_at_once(home: Path) -> None:
    with FakeModel(sections=dict.fromkeys(OF_AN_ANALYSIS, "held")) as model:
        job_id = read_json("analyse", "--focus", "O2", "--refresh", env=model.env())["job_id"]

        # none has been answered yet: the whole takes as long as the slowest answer
        wait_until(lambda: len(model.asked) == len(OF_AN_ANALYSIS), "all sections to be asked for")
        model.released.set()

        assert await_end(home, job_id) == "completed"
        assert sorted(model.asked_for()) == OF_AN_ANALYSIS
    assert read_json("status", job_id)["job"]["result"]["written_by"] == "model"


def test_a_job_killed_during_an_answer_asks_again_for_nothing_but_that_answer(home: Path) -> None:
    with FakeModel(sections={"gaps": "held"}) as model:
        job_id = read_json(*COMPARE, env=model.env())["job_id"]
        done = "SELECT count(*) FROM steps WHERE name LIKE 'words %' AND status = 'completed'"
        wait_until(lambda: value(home, done) == len(SECTIONS) - 1, "the other sections")
        wait_until(lambda: len(model.asked) == len(SECTIONS), "the held one")
        kill_hard(await_worker(home, job_id))
        model.released.set()

        waited = run_planwatch("wait", job_id, env=model.env())

        assert waited.returncode == 0, waited.stderr
        assert sorted(model.asked_for()) == sorted([*SECTIONS, "gaps"])
    assert read_json("status", job_id)["job"]["result"]["written_by"] == "model"
    unanswered = "SELECT count(*) FROM model_answers WHERE answered_at IS NULL"
    assert value(home, unanswered) == 1, "what the killed worker may have cost stays on the books"


def test_tokens_latency_cost_and_the_raw_answer_are_kept(home: Path) -> None:
    with FakeModel() as model:
        prices = {"PLANWATCH_LLM__PROMPT_PRICE": "2.5", "PLANWATCH_LLM__ANSWER_PRICE": "10"}
        _run(*COMPARE, env=model.env(**prices))

    kept = rows(
        home,
        "SELECT prompt_tokens, answer_tokens, cost_millionths, latency_s > 0,"
        " json_extract(raw, '$.object') FROM model_answers",
    )
    cost = int(PROMPT_TOKENS * 2.5 + ANSWER_TOKENS * 10)
    assert kept == [(PROMPT_TOKENS, ANSWER_TOKENS, cost, 1, "chat.completion")] * len(SECTIONS)


def test_the_budget_of_a_day_stops_before_it_is_spent(home: Path) -> None:
    # a request may cost some 0.05: two fit at most, whatever they cost in the end
    limits = {
        "PLANWATCH_LLM__PROMPT_PRICE": "2.5",
        "PLANWATCH_LLM__ANSWER_PRICE": "10",
        "PLANWATCH_LLM__DAILY_BUDGET": "0.07",
        "PLANWATCH_NOW": "2026-11-23T23:00:00Z",
    }
    with FakeModel(sections=dict.fromkeys(SECTIONS, "held")) as model:
        job_id = read_json(*COMPARE, env=model.env(**limits))["job_id"]
        # an answer that costs less than it might have gives the rest back: nobody may come after it
        decided = (
            "SELECT (SELECT count(*) FROM steps WHERE fell_back)"
            " + (SELECT count(*) FROM model_answers)"
        )
        wait_until(lambda: value(home, decided) == len(SECTIONS), "all sections to have tried")
        reserved = value(home, "SELECT count(*) FROM model_answers")
        wait_until(lambda: len(model.asked) == reserved, "the requests that are paid for")
        spent = value(home, "SELECT sum(cost_millionths) FROM model_answers")
        model.released.set()
        await_end(home, job_id)

        assert 1 <= len(model.asked) <= 2
        assert 0 < spent <= 70_000
        job = read_json("status", job_id)["job"]
        assert (job["error"]["code"], job["result"]["written_by"]) == ("model_budget", "mixed")

        tomorrow = {**limits, "PLANWATCH_NOW": "2026-11-24T00:00:01Z"}
        _run(*COMPARE, env=model.env(**tomorrow))
        assert len(model.asked) > 2


def test_the_key_is_nowhere_after_a_run_that_failed(home: Path, tmp_path: Path) -> None:
    with FakeModel(["401 echoing the key"]) as model:
        done = run_planwatch(*COMPARE, "--wait", env=model.env())
        job_id = rows(home, "SELECT job_id FROM jobs ORDER BY rowid DESC LIMIT 1")[0][0]
        said = [
            run_planwatch(*command, env=model.env())
            for command in (
                ("status", job_id),
                ("status", job_id, "--json"),
                ("logs", job_id),
                ("show", "--json"),
                ("show",),
            )
        ]

        assert KEY in model.keys[0], "the server did get it"
    assert done.returncode == 5
    for one in (done, *said):
        assert KEY not in one.stdout + one.stderr
    files = [path for path in home.rglob("*") if path.is_file()]
    assert any(path.suffix == ".log" for path in files)
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
    assert value(home, "SELECT count(*) FROM model_answers WHERE error LIKE '%Incorrect API%'")


def test_a_planted_instruction_never_reaches_the_model(home: Path) -> None:
    names = [name for (name,) in rows(home, "SELECT name FROM plan_versions WHERE name <> ''")]
    variants = [v for (v,) in rows(home, "SELECT variant FROM plan_versions WHERE variant <> ''")]
    with FakeModel() as model:
        _run("analyse", "--focus", "O2", env=model.env())

        sent = json.dumps([asked["messages"][1:] for asked in model.asked])
    assert variants
    assert [text for text in {*names, *variants} if f'"{text}"' in sent or f"({text}" in sent] == []
