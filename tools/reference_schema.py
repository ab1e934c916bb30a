"""docs/reference/schema.md: the tables and views of a fresh ledger, as SQLite itself lists them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tools.reference_page import build_page, build_table

from planwatch.home import Home
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.ledger.store.version import SCHEMA_VERSION

_INTRO: Final = f"""# Schema

The ledger is one SQLite file, `ledger.db` in the home folder. Its schema has version
{SCHEMA_VERSION} (`PRAGMA user_version`). Read it with anything that reads SQLite, such as [these
queries](../howto/read-the-ledger.md); write it with planwatch only. The views are the part to
build on; tables may gain columns in a later version.

Instants are text in UTC (`2026-11-23T09:00:00.000Z`), days are text (`2026-11-23`), money is
integer pence, data integer MB at 1000 a GB. Objects, lists and the values of changes are JSON
text. NULL means *not stated* or *not yet*."""
PURPOSES: Final[Mapping[str, str]] = {
    "_sqlite_migrations": "Which migrations have been applied; kept by sqlite-utils.",
    "ledger_info": "What is known of the ledger as a whole: `market` = `recorded` marks a demo;"
    " the newest live proof of each source (`checked_live.SOURCE`); how the last scrape that was"
    " told of ended; tokens of models' answers that prune removed; the job of which an interrupted"
    " prune removed a part (`job_being_pruned.JOB`).",
    "jobs": "One row a job: one run of a workflow.",
    "steps": "The checkpoints: one row a step of a job. A completed step never runs again.",
    "attempts": "Every try of a step, those that died with their worker included.",
    "step_times": "How long each step took in earlier jobs, the last 20 of each.",
    "captures": "Each page as it came. Its bytes lie in `archive/` under their hash.",
    "plans": "One row a plan at a source, with where it stands now.",
    "plan_versions": "What a plan said from when to when; only a change writes a new version.",
    "offers": "Every offer of a plan: an aggregator's retailers, a price with a condition. An offer"
    " on a card that could not be read stays in force.",
    "changes": "What moved, written in the transaction that moved it.",
    "source_runs": "What came of asking a source, once a scrape.",
    "alarms": "Alerts of sources, each written once.",
    "cost_rule_changes": "Times that stored costs were computed anew, by another table of rises.",
    "plan_figures": "Figures of plans that have moved, with their last values.",
    "alert_baselines": "What a target of alerts was last told, where others were told more.",
    "analyses": "Comparisons and market analyses, each as the whole document.",
    "messages": "Alerts: one row a message and recipient, kept until it is sent or given up.",
    "model_answers": "One row a request to a language model, written before it is sent.",
    "current_plans": "The plans in force: headline price, effective monthly cost, exit price.",
    "price_history": "What each plan cost from when to when.",
    "recent_changes": "What moved, the newest first.",
    "source_health": "Of each source the newest outcome, the last good one and the failures since.",
}
NOTES: Final[Mapping[str, str]] = {
    "jobs.kind": "scrape, compare or analyse",
    "jobs.key": "of `--key`; one job a kind and key",
    "jobs.context": "folder, settings file and variables it was dispatched with; no secrets",
    "jobs.status": "pending, running, completed, partial, failed, cancelled",
    "jobs.generation": "counts claims and releases; fences off a worker that lost its job",
    "jobs.attempts": "workers that took the job",
    "jobs.resumes": "times that it was taken from a dead worker",
    "jobs.worker_pid": "of the worker that has it; NULL before and after",
    "jobs.launched": "1 between the start of a worker and its taking the job",
    "jobs.queued_at": "when it was dispatched, or taken up again by `resume`",
    "jobs.parallel_steps": "how many steps its worker does at once",
    "jobs.expected_s": "seconds that its worker expected at the start",
    "jobs.stalled_at": "when its worker found it beyond its expected time",
    "steps.stage": "steps of one stage are done at once; NULL until it is known",
    "steps.expected_s": "median of earlier jobs, or what the workflow declares",
    "steps.usual_s": "what no ordinary run exceeds; NULL without earlier jobs",
    "steps.attempts_before": "attempts before `resume`; they do not count for retries",
    "steps.fell_back": "1: it failed, and its value stands in",
    "attempts.took_s": "by a clock that does not jump",
    "step_times.number": "order in which they were kept",
    "steps.occurrence": "which call of a step of this name, from 1",
    "steps.position": "order in which the steps are shown",
    "steps.status": "pending, running, completed, failed",
    "steps.retry_at": "when the next attempt is due, while one is waited for",
    "steps.value": "what the workflow gets back when it is run again, as JSON; a long one is"
    " packed as `analyses.document`",
    "attempts.generation": "of the worker that made it",
    "attempts.finished_at": "NULL while it runs, and for ever if it died with its worker",
    "captures.name": "of the request within the source",
    "captures.sha256": "of the page's bytes: `abcd…` lies in `archive/ab/abcd….gz`",
    "captures.size": "bytes before compression",
    "plans.version_id": "the version that stands now",
    "plans.verified": "1, or 0 for a plan that is not taken into comparisons",
    "plans.plan_key": "ends in `~` and the id once another plan has taken the key over",
    "plans.source_ref": "id at the source, as it was last seen",
    "plans.last_seen": "when its cheapest offer was last seen: the capture that its costs are for",
    "plans.absences": "good scrapes in a row, six hours or more apart, that did not show it;"
    " two withdraw it",
    "plans.withdrawn_at": "NULL while it is in force",
    "plans.effective_pence": "over the printed steps and those of the rise rules",
    "plans.printed_effective_pence": "over the printed steps alone; NULL until it is worked out",
    "plans.cost_rules": "digest of the table of rises that its costs are by",
    "plan_versions.cost_rules": "the same of the version's cost",
    "cost_rule_changes.finished_at": "NULL while it is under way",
    "cost_rule_changes.plans_changed": "plans in force whose cost is another one since",
    "plan_versions.capture_id": "the page that first showed this version; NULL when it began to"
    " stand because a cheaper offer ended",
    "plan_versions.digest": "hash of what must stay the same for nothing to have changed",
    "plan_versions.data_mb": "NULL when unlimited",
    "plan_versions.effective_pence": "as of `first_seen`",
    "plan_versions.content": "the whole plan; month numbers of its steps are kept",
    "offers.offer_key": "retailer and condition",
    "offers.withdrawn_at": "NULL while it is in force",
    "offers.content": "the whole offer, as in plan_versions",
    "changes.kind": "see the [glossary](glossary.md#kinds-of-change)",
    "changes.before": "JSON, `null` included; pence for the kinds about money",
    "changes.after": "as `before`",
    "source_runs.outcome": "see the [glossary](glossary.md#outcomes)",
    "source_runs.plans": "plans that it gave",
    "source_runs.flags": "JSON list: big_move, held, accepted, replayed, imported",
    "source_runs.detail": "JSON: what the outcome rests on",
    "captures.etag": "of the answer; sent back when the page is asked for again",
    "captures.last_modified": "as `etag`",
    "changes.is_correction": "1: what a mended parser reads in an old page; no news",
    "alarms.kind": "broken, recovered, big_move, held or fewer; suspicious in older rows",
    "analyses.kind": "compare or analyse",
    "analyses.brands": "the brands that were asked for",
    "analyses.as_of": "newest day of capture among its plans",
    "analyses.plans_digest": "hash of its plans; an equal one gives the stored analysis",
    "analyses.written_by": "model, template or mixed",
    "analyses.writer": "whose words it stands for; NULL is the template",
    "messages.recipient": "name of a target, with a number for its second address; no address",
    "messages.about": "what it tells of; one message a recipient",
    "messages.state": "pending, sending, sent or given_up",
    "messages.doubts": "deliveries of which nobody knows whether they arrived",
    "messages.error": "why the last attempt failed, without any secret",
    "alarms.told_at": "when it was looked at for messages; NULL: not yet",
    "plan_figures.figure": "a kind of change, or `presence`: whether the plan is in force",
    "plan_figures.spells": "JSON: [instant, value] of the last 14 days; the last one stands now",
    "plan_figures.alternating_since": "NULL where the value stands",
    "plan_figures.stood": "good scrapes in a row that showed the value, while it alternates",
    "plan_figures.baseline": "JSON: what a target without one of its own was last told",
    "plan_figures.changed_at": "when it last moved, or was seen to stand",
    "plan_figures.is_looked_at": "0 until it was compared with what was last reported",
    "alert_baselines.target": "name of a target in the settings",
    "alert_baselines.value": "JSON: what the target was last told",
    "alert_baselines.alternation": "the `alternating_since` that it was told of",
    "jobs.told_generation": "its generation when its end was looked at for messages",
    "model_answers.answer_key": "hash of facts, prompt, schema, model, host and gate version",
    "model_answers.purpose": "the section, or `summary`",
    "model_answers.host": "address of the server",
    "model_answers.dialect": "what the server understood, as JSON",
    "model_answers.answered_at": "NULL while it is waited for, and for ever if its worker died",
    "model_answers.text": "what the model wrote, without fences and thoughts",
    "model_answers.raw": "the whole answer as it came",
    "model_answers.prompt_tokens": "as the server counted them",
    "model_answers.latency_s": "seconds from question to answer",
    "model_answers.cost_millionths": "millionths of the currency of the prices in the settings; the"
    " most that it may cost until it is answered",
    "model_answers.error": "what came instead of an answer",
    "analyses.document": "see [JSON](json.md#analysis); a long one is packed: `zlib:` and Base64",
    "current_plans.unlimited": "1 or 0",
    "current_plans.unchanged_since": "start of the version that stands now",
    "source_health.last_good_at": "of the last recorded outcome `ok` or `unchanged`",
    "source_health.failures_in_a_row": "outcomes since the last good one",
}


def render_schema() -> str:
    """Return the whole page.

    Raises:
        ValueError: a table has no purpose here, or a purpose or note belongs to nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "home"
        ledger = open_ledger(Home(root, root / "config.toml"))
        try:
            return _render(ledger)
        finally:
            ledger.close()


def _render(ledger: Ledger) -> str:
    found = ledger.query(
        "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view')"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    names = {
        kind: [row["name"] for row in found if row["type"] == kind] for kind in ("table", "view")
    }
    columns = {name: _columns(ledger, name) for row in found for name in [row["name"]]}
    known = {f"{name}.{column}" for name, rows in columns.items() for column in rows}
    if set(PURPOSES) != set(columns) or not set(NOTES) <= known:
        wrong = set(PURPOSES) ^ set(columns) | set(NOTES) - known
        raise ValueError(f"tools/reference_schema.py: to be added or removed: {sorted(wrong)}")
    ordered = sorted(names["table"], key=list(PURPOSES).index)
    return build_page(
        _INTRO,
        "## Views",
        *(_section(name, columns[name], is_view=True) for name in names["view"]),
        "## Tables",
        *(_section(name, columns[name], is_view=False) for name in ordered),
    )


def _columns(ledger: Ledger, name: str) -> dict[str, tuple[str, str, str]]:
    """Return type, whether it may be NULL, and key of each column."""
    refers = {row["from"]: row["table"] for row in ledger.query(f"PRAGMA foreign_key_list({name})")}
    return {
        row["name"]: (
            row["type"].lower(),
            "" if row["notnull"] or row["pk"] else "NULL",
            " ".join(
                (["key"] if row["pk"] else [])
                + ([f"→ {refers[row['name']]}"] if row["name"] in refers else [])
            ),
        )
        for row in ledger.query(f"PRAGMA table_info({name})")
    }


def _section(name: str, columns: Mapping[str, tuple[str, str, str]], *, is_view: bool) -> str:
    notes = [NOTES.get(f"{name}.{column}", "") for column in columns]
    if is_view:
        rows = [(f"`{column}`", note) for column, note in zip(columns, notes, strict=True)]
        table = build_table(("column", "remark"), rows)
    else:
        table = build_table(
            ("column", "type", "may be", "key", "remark"),
            [
                (f"`{column}`", *facts, " ".join(note.split()))
                for (column, facts), note in zip(columns.items(), notes, strict=True)
            ],
        )
    return f"### {name}\n\n{PURPOSES[name]}\n\n{table}"
