"""The schema as named, ordered migrations. Never edit one that was released: add the next.

Instants are text in UTC (`2026-11-23T09:00:00.000Z`), days are text (`2026-11-23`), money is
integer pence, data integer MB (1000 per GB), and NULL means *not stated*. docs/reference/schema.md.
"""

from __future__ import annotations

from typing import Final

import sqlite_utils
from sqlite_utils import Migrations

MIGRATIONS: Final = Migrations("planwatch")


@MIGRATIONS()
def m0001_first_schema(db: sqlite_utils.Database) -> None:
    for statement in _FIRST_SCHEMA:
        db.execute(statement)


_FIRST_SCHEMA: Final = (
    # What this ledger is: 'market' = 'recorded' marks a demo; live proofs and the tokens of pruned
    # answers stand here, too; see ledger/store/info.py
    """
    CREATE TABLE ledger_info (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    # One run of a workflow. `generation` fences off a worker that lost its job;
    # `context` is the folder and settings file it was dispatched with (no secrets).
    """
    CREATE TABLE jobs (
        job_id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        key TEXT,
        params TEXT NOT NULL,
        context TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT 'pending' CHECK (
            status IN ('pending', 'running', 'completed', 'partial', 'failed', 'cancelled')),
        generation INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        resumes INTEGER NOT NULL DEFAULT 0,
        max_resumes INTEGER NOT NULL,
        worker_pid INTEGER,
        created_at TEXT NOT NULL,
        started_at TEXT,
        finished_at TEXT,
        result TEXT,
        error TEXT
    ) STRICT
    """,
    # The rowid is the order in which jobs were made; a clock may be set back, it is not.
    "CREATE INDEX jobs_by_kind ON jobs (kind)",
    """
    CREATE INDEX jobs_active ON jobs (status, created_at) WHERE status IN ('pending', 'running')
    """,
    # The checkpoints. A completed step's value is what the workflow gets when it is run again.
    """
    CREATE TABLE steps (
        job_id TEXT NOT NULL REFERENCES jobs ON DELETE CASCADE,
        name TEXT NOT NULL,
        occurrence INTEGER NOT NULL DEFAULT 1,
        position INTEGER NOT NULL,
        status TEXT NOT NULL DEFAULT 'pending' CHECK (
            status IN ('pending', 'running', 'completed', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0,
        started_at TEXT,
        finished_at TEXT,
        retry_at TEXT,
        value TEXT,
        error TEXT,
        PRIMARY KEY (job_id, name, occurrence)
    ) STRICT, WITHOUT ROWID
    """,
    # Every try of a step, the ones that died with their worker included (finished_at NULL).
    """
    CREATE TABLE attempts (
        job_id TEXT NOT NULL REFERENCES jobs ON DELETE CASCADE,
        name TEXT NOT NULL,
        occurrence INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        generation INTEGER NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        error TEXT,
        PRIMARY KEY (job_id, name, occurrence, attempt)
    ) STRICT, WITHOUT ROWID
    """,
    # A page as it came; its bytes lie in archive/ under their hash.
    """
    CREATE TABLE captures (
        capture_id INTEGER PRIMARY KEY,
        job_id TEXT,
        source TEXT NOT NULL,
        name TEXT NOT NULL,
        url TEXT NOT NULL,
        captured_at TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        charset TEXT NOT NULL,
        media_type TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX captures_by_job ON captures (job_id, source)",
    "CREATE INDEX captures_by_hash ON captures (sha256)",
    # A plan at a source. Its cheapest offer in force stands for it: `source_ref`, `url`,
    # `last_seen` and the costs, which move with the month of signing, are of its last capture.
    # `absences` counts good scrapes in a row that did not show the plan; two withdraw it.
    # `plan_key` ends in ~ and the id where another plan, known by its id at the source, took it.
    """
    CREATE TABLE plans (
        plan_id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        plan_key TEXT NOT NULL,
        brand TEXT NOT NULL,
        version_id INTEGER REFERENCES plan_versions DEFERRABLE INITIALLY DEFERRED,
        source_ref TEXT,
        url TEXT,
        verified INTEGER NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        absences INTEGER NOT NULL DEFAULT 0,
        withdrawn_at TEXT,
        effective_pence INTEGER NOT NULL,
        exit_price_pence INTEGER NOT NULL,
        UNIQUE (source, plan_key)
    ) STRICT
    """,
    "CREATE INDEX plans_by_brand ON plans (brand)",
    # What a plan said from `first_seen` to `last_seen`; only a change writes a new version.
    # `content` is the whole plan as JSON, the columns beside it are for reading by hand.
    """
    CREATE TABLE plan_versions (
        version_id INTEGER PRIMARY KEY,
        plan_id INTEGER NOT NULL REFERENCES plans ON DELETE CASCADE,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        capture_id INTEGER REFERENCES captures ON DELETE SET NULL,
        digest TEXT NOT NULL,
        name TEXT NOT NULL,
        variant TEXT NOT NULL,
        data_mb INTEGER,
        term_months INTEGER NOT NULL,
        price_pence INTEGER NOT NULL,
        list_price_pence INTEGER,
        promo_months INTEGER,
        effective_pence INTEGER NOT NULL,
        content TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX plan_versions_by_plan ON plan_versions (plan_id, first_seen)",
    # Every offer of a plan at its source: an aggregator's retailers, a price with a condition.
    # Only a good scrape without it, or the end of its plan, withdraws an offer; `content` is the
    # whole offer as in plan_versions, so that one that was not read today can stand for its plan.
    """
    CREATE TABLE offers (
        offer_id INTEGER PRIMARY KEY,
        plan_id INTEGER NOT NULL REFERENCES plans ON DELETE CASCADE,
        offer_key TEXT NOT NULL,
        url TEXT,
        verified INTEGER NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        withdrawn_at TEXT,
        content TEXT NOT NULL,
        UNIQUE (plan_id, offer_key)
    ) STRICT
    """,
    # What moved, written in the transaction that moved it.
    """
    CREATE TABLE changes (
        change_id INTEGER PRIMARY KEY,
        plan_id INTEGER NOT NULL REFERENCES plans ON DELETE CASCADE,
        kind TEXT NOT NULL,
        before TEXT,
        after TEXT,
        changed_at TEXT NOT NULL,
        job_id TEXT,
        before_version_id INTEGER,
        after_version_id INTEGER
    ) STRICT
    """,
    "CREATE INDEX changes_by_time ON changes (changed_at)",
    "CREATE INDEX changes_by_plan ON changes (plan_id)",
    # What came of asking a source, once a job; the source_health view has the newest.
    """
    CREATE TABLE source_runs (
        run_id INTEGER PRIMARY KEY,
        job_id TEXT,
        source TEXT NOT NULL,
        outcome TEXT NOT NULL,
        plans INTEGER NOT NULL,
        checked_at TEXT NOT NULL,
        error TEXT
    ) STRICT
    """,
    "CREATE INDEX source_runs_by_source ON source_runs (source, run_id)",
    """
    CREATE INDEX source_runs_good ON source_runs (source, run_id)
        WHERE outcome IN ('ok', 'unchanged')
    """,
    """
    CREATE INDEX source_runs_stored ON source_runs (source, run_id)
        WHERE outcome IN ('ok', 'unchanged', 'partial')
    """,
    """
    CREATE TABLE analyses (
        analysis_id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        brands TEXT NOT NULL,
        job_id TEXT,
        created_at TEXT NOT NULL,
        as_of TEXT NOT NULL,
        plans_digest TEXT NOT NULL,
        written_by TEXT NOT NULL,
        document TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX analyses_by_job ON analyses (job_id)",
    "CREATE INDEX analyses_by_plans ON analyses (kind, brands, plans_digest)",
    """
    CREATE VIEW current_plans AS
    SELECT p.brand, p.source, v.name, v.variant, p.plan_key, v.data_mb,
        v.data_mb IS NULL AS unlimited, v.term_months,
        v.price_pence, v.list_price_pence, p.effective_pence, p.exit_price_pence,
        json_extract(v.content, '$.roaming') AS roaming,
        json_extract(v.content, '$.condition') AS condition,
        p.url, p.verified, p.first_seen, p.last_seen, v.first_seen AS unchanged_since
    FROM plans AS p JOIN plan_versions AS v USING (version_id)
    WHERE p.withdrawn_at IS NULL
    """,
    """
    CREATE VIEW price_history AS
    SELECT p.brand, p.source, p.plan_key, v.name, v.first_seen, v.last_seen,
        v.price_pence, v.list_price_pence, v.effective_pence, v.data_mb, v.term_months
    FROM plan_versions AS v JOIN plans AS p USING (plan_id)
    ORDER BY p.plan_key, p.source, v.first_seen
    """,
    """
    CREATE VIEW recent_changes AS
    SELECT c.changed_at, p.brand, p.source, p.plan_key, c.kind, c.before, c.after, c.job_id
    FROM changes AS c JOIN plans AS p USING (plan_id)
    ORDER BY c.changed_at DESC, c.change_id DESC
    """,
    # Starts from the distinct sources, each found by one step in an index: a DISTINCT would read
    # every run. The newest good run is the one that was recorded last, whatever clock it had.
    """
    CREATE VIEW source_health AS
    WITH RECURSIVE asked (source) AS (
        SELECT min(source) FROM source_runs
        UNION ALL
        SELECT (SELECT min(r.source) FROM source_runs AS r WHERE r.source > asked.source)
        FROM asked WHERE asked.source IS NOT NULL
    ), newest (run_id, good_id) AS (
        SELECT (SELECT max(r.run_id) FROM source_runs AS r WHERE r.source = asked.source),
            (SELECT max(r.run_id) FROM source_runs AS r
             WHERE r.source = asked.source AND r.outcome IN ('ok', 'unchanged'))
        FROM asked WHERE asked.source IS NOT NULL
    )
    SELECT r.source, r.outcome, r.plans, r.checked_at, r.error, g.checked_at AS last_good_at,
        (SELECT count(*) FROM source_runs AS f
         WHERE f.source = r.source AND f.run_id > coalesce(newest.good_id, 0)
        ) AS failures_in_a_row
    FROM newest JOIN source_runs AS r ON r.run_id = newest.run_id
        LEFT JOIN source_runs AS g ON g.run_id = newest.good_id
    """,
)


@MIGRATIONS()
def m0002_queue_and_estimates(db: sqlite_utils.Database) -> None:
    for statement in _QUEUE_AND_ESTIMATES:
        db.execute(statement)


_QUEUE_AND_ESTIMATES: Final = (
    # `launched`: a worker was started and has not claimed the job; a pending job with 0 waits for
    # its turn. `queued_at` is NULL in older rows: created_at stands for it.
    "ALTER TABLE jobs ADD COLUMN launched INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE jobs ADD COLUMN queued_at TEXT",
    # What the job's worker plans with; NULL before its first.
    "ALTER TABLE jobs ADD COLUMN parallel_steps INTEGER",
    "ALTER TABLE jobs ADD COLUMN expected_s REAL",
    "ALTER TABLE jobs ADD COLUMN stalled_at TEXT",
    # The order in which jobs take their turns; a job that a person takes up again goes last.
    "ALTER TABLE jobs ADD COLUMN turn INTEGER",
    "UPDATE jobs SET turn = rowid",
    "CREATE INDEX jobs_by_turn ON jobs (turn)",
    "CREATE UNIQUE INDEX jobs_by_key ON jobs (kind, key) WHERE key IS NOT NULL",
    # Steps of one stage are done at once; NULL for a step not announced that has not begun.
    "ALTER TABLE steps ADD COLUMN stage INTEGER",
    # Estimates stay with the step, so that a job's percent has one measure for its whole life.
    # `usual_s` is NULL where no earlier job says how long the step takes.
    "ALTER TABLE steps ADD COLUMN expected_s REAL",
    "ALTER TABLE steps ADD COLUMN usual_s REAL",
    "ALTER TABLE steps ADD COLUMN attempts_before INTEGER NOT NULL DEFAULT 0",
    # 1: the step failed, and its value stands in for what it should have brought
    "ALTER TABLE steps ADD COLUMN fell_back INTEGER NOT NULL DEFAULT 0",
    # By the machine's steady clock; instants may jump. NULL in older rows and where a worker died.
    "ALTER TABLE attempts ADD COLUMN took_s REAL",
    # When the worker of a step in progress died, and how long nobody worked on it in all.
    "ALTER TABLE steps ADD COLUMN paused_at TEXT",
    "ALTER TABLE steps ADD COLUMN lost_s REAL NOT NULL DEFAULT 0",
    # What older jobs did not write down: which of their steps fell back, and their stages.
    """
    UPDATE steps SET fell_back = 1 WHERE status = 'completed' AND EXISTS (
        SELECT 1 FROM attempts AS a WHERE a.job_id = steps.job_id AND a.name = steps.name
            AND a.occurrence = steps.occurrence AND a.attempt = steps.attempts
            AND a.error IS NOT NULL)
    """,
    """
    UPDATE steps SET stage = CASE (SELECT kind FROM jobs WHERE jobs.job_id = steps.job_id)
        WHEN 'scrape' THEN name = 'count plans'
        WHEN 'analyse' THEN CASE name WHEN 'load plans' THEN 0 WHEN 'write' THEN 2
            WHEN 'save' THEN 3 ELSE 1 END
        ELSE position END
    """,
    # How long each step took in earlier jobs, the last 20 of each; outlives the jobs themselves.
    """
    CREATE TABLE step_times (
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        number INTEGER NOT NULL,
        took_s REAL NOT NULL,
        PRIMARY KEY (kind, name, number)
    ) STRICT, WITHOUT ROWID
    """,
)


@MIGRATIONS()
def m0003_validators_and_verdicts(db: sqlite_utils.Database) -> None:
    for statement in _VALIDATORS_AND_VERDICTS:
        db.execute(statement)


_VALIDATORS_AND_VERDICTS: Final = (
    # What the answer said of its version; sent back when the page is asked for again.
    "ALTER TABLE captures ADD COLUMN etag TEXT",
    "ALTER TABLE captures ADD COLUMN last_modified TEXT",
    "CREATE INDEX captures_by_name ON captures (source, name, capture_id)",
    # `flags` is a JSON list (big_move, accepted, imported, replayed); `detail` a JSON object: what
    # the verdict rests on, such as the median of earlier counts or the card miner's agreement.
    "ALTER TABLE source_runs ADD COLUMN flags TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE source_runs ADD COLUMN detail TEXT",
    # 1: what a repaired parser reads in an old page; no move of the market
    "ALTER TABLE changes ADD COLUMN is_correction INTEGER NOT NULL DEFAULT 0",
    "DROP VIEW recent_changes",
    """
    CREATE VIEW recent_changes AS
    SELECT c.changed_at, p.brand, p.source, p.plan_key, c.kind, c.before, c.after, c.job_id
    FROM changes AS c JOIN plans AS p USING (plan_id)
    WHERE NOT c.is_correction
    ORDER BY c.changed_at DESC, c.change_id DESC
    """,
    # What somebody must be told: each once, again only when the state has changed.
    """
    CREATE TABLE alarms (
        alarm_id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('broken', 'suspicious', 'recovered', 'big_move')),
        message TEXT NOT NULL,
        raised_at TEXT NOT NULL,
        job_id TEXT
    ) STRICT
    """,
    "CREATE INDEX alarms_by_source ON alarms (source, alarm_id)",
)


@MIGRATIONS()
def m0004_model_answers(db: sqlite_utils.Database) -> None:
    """Keep what was asked of a model, and whose words an analysis was made for."""
    for statement in _MODEL_ANSWERS:
        db.execute(statement)


_MODEL_ANSWERS: Final = (
    # One row a request, made before it is sent, so that its most possible cost counts for the
    # budget while the answer is under way, also if the worker dies. `raw` is NULL until the answer
    # is there, and for ever where none came. Costs are millionths of the currency of the prices in
    # the settings. `answer_key` is a hash of facts, prompt, schema, model, host and gate version.
    """
    CREATE TABLE model_answers (
        answer_id INTEGER PRIMARY KEY,
        answer_key TEXT NOT NULL,
        job_id TEXT,
        purpose TEXT NOT NULL,
        host TEXT NOT NULL,
        model TEXT NOT NULL,
        dialect TEXT,
        asked_at TEXT NOT NULL,
        answered_at TEXT,
        text TEXT,
        raw TEXT,
        finish_reason TEXT,
        prompt_tokens INTEGER,
        answer_tokens INTEGER,
        latency_s REAL,
        cost_millionths INTEGER NOT NULL,
        error TEXT
    ) STRICT
    """,
    "CREATE INDEX model_answers_by_key ON model_answers (answer_key)",
    "CREATE INDEX model_answers_by_time ON model_answers (asked_at)",
    # NULL: the template's words. An analysis stands only for who asks for the same writer.
    "ALTER TABLE analyses ADD COLUMN writer TEXT",
)


@MIGRATIONS()
def m0005_messages(db: sqlite_utils.Database) -> None:
    """Keep messages until they are sent; what older rows say is no news any more."""
    for statement in _MESSAGES:
        db.execute(statement)


_MESSAGES: Final = (
    # One message to one recipient: the name of a target in the settings and, where the target has
    # several addresses, a number; never an address. `about` is what it tells of: a job's end with
    # its generation, a job beyond its time, the digest of a week. `doubts` counts deliveries of
    # which nobody knows whether they arrived.
    """
    CREATE TABLE messages (
        message_id INTEGER PRIMARY KEY,
        recipient TEXT NOT NULL,
        about TEXT NOT NULL,
        job_id TEXT,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending' CHECK (
            state IN ('pending', 'sending', 'sent', 'given_up')),
        attempts INTEGER NOT NULL DEFAULT 0,
        doubts INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        sent_at TEXT,
        error TEXT,
        UNIQUE (recipient, about)
    ) STRICT
    """,
    "CREATE INDEX messages_open ON messages (message_id) WHERE state IN ('pending', 'sending')",
    # NULL: not looked at yet by whoever makes messages.
    "ALTER TABLE changes ADD COLUMN told_at TEXT",
    "UPDATE changes SET told_at = changed_at",
    "CREATE INDEX changes_untold ON changes (change_id) WHERE told_at IS NULL",
    "ALTER TABLE alarms ADD COLUMN told_at TEXT",
    "UPDATE alarms SET told_at = raised_at",
    "CREATE INDEX alarms_untold ON alarms (alarm_id) WHERE told_at IS NULL",
    # The generation in which the job had ended when its end was looked at.
    "ALTER TABLE jobs ADD COLUMN told_generation INTEGER",
    "UPDATE jobs SET told_generation = generation WHERE status NOT IN ('pending', 'running')",
    "CREATE INDEX jobs_untold ON jobs (turn) WHERE told_generation IS NOT generation",
)


@MIGRATIONS()
def m0006_no_index_of_hashes(db: sqlite_utils.Database) -> None:
    # only `prune` reads captures by hash, and it reads all of them; the index was a tenth of a
    # year's ledger
    db.execute("DROP INDEX captures_by_hash")


@MIGRATIONS()
def m0007_severity_of_messages(db: sqlite_utils.Database) -> None:
    """Say of a message whether it is good news or bad; what is there already goes out as before."""
    db.execute(
        "ALTER TABLE messages ADD COLUMN severity TEXT NOT NULL DEFAULT 'info' CHECK"
        " (severity IN ('info', 'success', 'warning', 'failure'))"
    )


@MIGRATIONS()
def m0008_last_value_reported(db: sqlite_utils.Database) -> None:
    """Keep what was last reported of each figure; what stands now counts as reported."""
    for statement in _LAST_VALUE_REPORTED:
        db.execute(statement)


_LAST_VALUE_REPORTED: Final = (
    # A figure of a plan that has moved at least once: a kind of change, or `presence` (true while
    # the plan is in force). `spells` are its values of the last 14 days, [instant, value] each, the
    # last one stands now. `alternating_since` is NULL where the value stands; `stood` counts the
    # good scrapes in a row that showed it while it alternates. `baseline` is what a target without
    # a row in alert_baselines was last told, or knew when it was set up. `is_looked_at` is 0 until
    # whoever writes the messages has compared the present value with the baselines.
    """
    CREATE TABLE plan_figures (
        plan_id INTEGER NOT NULL REFERENCES plans ON DELETE CASCADE,
        figure TEXT NOT NULL,
        spells TEXT NOT NULL,
        alternating_since TEXT,
        stood INTEGER NOT NULL DEFAULT 0,
        baseline TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        job_id TEXT,
        is_looked_at INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (plan_id, figure)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX plan_figures_to_look_at ON plan_figures (plan_id) WHERE NOT is_looked_at",
    "CREATE INDEX plan_figures_alternating ON plan_figures (plan_id)"
    " WHERE alternating_since IS NOT NULL",
    # What a target of alerts was last told of a figure, where that is not its `baseline`;
    # `alternation` is the alternating_since that it was told of.
    """
    CREATE TABLE alert_baselines (
        target TEXT NOT NULL,
        plan_id INTEGER NOT NULL REFERENCES plans ON DELETE CASCADE,
        figure TEXT NOT NULL,
        value TEXT NOT NULL,
        alternation TEXT,
        PRIMARY KEY (target, plan_id, figure)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX alert_baselines_by_plan ON alert_baselines (plan_id)",
    "DROP INDEX changes_untold",
    "ALTER TABLE changes DROP COLUMN told_at",
    # with the runs that were refused for the clock
    "DROP INDEX source_runs_stored",
    """
    CREATE INDEX source_runs_stored ON source_runs (source, run_id)
        WHERE outcome IN ('ok', 'unchanged', 'partial', 'machine')
    """,
    # `held`: a price beyond belief that waits for a person; `fewer`: a quarter of the plans went at
    # once. `suspicious` is written no more: whatever keeps a source from being read is `broken`.
    """
    CREATE TABLE alarms_anew (
        alarm_id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN (
            'broken', 'suspicious', 'recovered', 'big_move', 'held', 'fewer')),
        message TEXT NOT NULL,
        raised_at TEXT NOT NULL,
        job_id TEXT,
        told_at TEXT
    ) STRICT
    """,
    "INSERT INTO alarms_anew SELECT alarm_id, source, kind, message, raised_at, job_id, told_at"
    " FROM alarms",
    "DROP TABLE alarms",
    "ALTER TABLE alarms_anew RENAME TO alarms",
    "CREATE INDEX alarms_by_source ON alarms (source, alarm_id)",
    "CREATE INDEX alarms_untold ON alarms (alarm_id) WHERE told_at IS NULL",
)


@MIGRATIONS()
def m0009_cost_rules(db: sqlite_utils.Database) -> None:
    """Keep by which rise rules each cost was computed; the costs are brought up later."""
    for statement in _COST_RULES:
        db.execute(statement)


_COST_RULES: Final = (
    # `effective_pence` is the cost over the printed steps and those of the rise rules.
    # `cost_rules` is the digest of the table of rules that it was computed by; NULL in rows of
    # earlier versions, whose cost is of the printed steps alone until it is computed anew.
    "ALTER TABLE plans ADD COLUMN printed_effective_pence INTEGER",
    "ALTER TABLE plans ADD COLUMN cost_rules TEXT",
    "ALTER TABLE plan_versions ADD COLUMN cost_rules TEXT",
    # One row a time that stored costs were computed anew: plans in force whose cost is another one
    # since, which is no move of the market. `finished_at` is NULL while it is under way.
    """
    CREATE TABLE cost_rule_changes (
        change_id INTEGER PRIMARY KEY,
        cost_rules TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        plans INTEGER NOT NULL DEFAULT 0,
        plans_changed INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    "DROP VIEW current_plans",
    """
    CREATE VIEW current_plans AS
    SELECT p.brand, p.source, v.name, v.variant, p.plan_key, v.data_mb,
        v.data_mb IS NULL AS unlimited, v.term_months,
        v.price_pence, v.list_price_pence, p.effective_pence, p.exit_price_pence,
        json_extract(v.content, '$.roaming') AS roaming,
        json_extract(v.content, '$.condition') AS condition,
        p.url, p.verified, p.first_seen, p.last_seen, v.first_seen AS unchanged_since,
        p.printed_effective_pence
    FROM plans AS p JOIN plan_versions AS v USING (version_id)
    WHERE p.withdrawn_at IS NULL
    """,
)
