"""docs/reference/settings.md: every key of the settings model, and the environment around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, get_args, get_origin

import annotated_types
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from tools.reference_page import build_page, build_table

from planwatch.settings.environment import variable_of
from planwatch.settings.files import NOT_IN_WORKING_FILE
from planwatch.settings.model import Settings
from planwatch.settings.notify import DEFAULT_TARGET, AlertRule, NotifySettings
from planwatch.settings.source_entries import OWN_KEYS, SECTION

_INTRO: Final = """# Settings

Everything has a default. A value is taken from the first of these that has one:

1. an environment variable `PLANWATCH_SECTION__KEY` (two underscores);
2. `planwatch.toml` in the working folder;
3. the user's `config.toml`: in the folder that `PLANWATCH_HOME` names, or else in the user's
   configuration folder (`~/.config/planwatch` on Linux, `~/Library/Application Support/planwatch`
   on macOS);
4. the default.

Both files are TOML:

```toml
[fetch]
contact = "pricing@example.org"
pace_s = 2.0
```

A variable without a key, such as `PLANWATCH_FETCH`, holds a whole section as a JSON object; the
variables of single keys go over it. A file that cannot be read or is not TOML, or such a variable
that is not a JSON object, stops every command that opens the ledger (exit code 2).
Values are checked in the worker: one that is out of range, or an unknown key in a section, fails
the job, and the job's error names the key (`jobs.max_resumes` and `jobs.*_at_once` are looked at
by every command that opens the ledger, too, and stop it). A job that is resumed or has waited reads
the files of the folder in which it was dispatched. It keeps the `PLANWATCH_ALARMS__*`,
`PLANWATCH_ANALYSIS__*`, `PLANWATCH_BROWSER__*`, `PLANWATCH_FETCH__*`, `PLANWATCH_JOBS__*` and
`PLANWATCH_LLM__*` variables of its dispatch, and `OPENAI_BASE_URL`; all others, secrets and
`PLANWATCH_FETCH__PROXY` among them, are those of the command that starts its worker.

`sources.SOURCE` is a table a source, such as `[sources.o2]`. One that is switched off is not asked
by a scrape, and naming it is an error; what is known of it stays. `[[sources]]` with an `id` says
the same as such a table; a file has one spelling or the other, and files are merged by id. With
`name` and `urls` an entry adds a source of your own:
[add a brand without code](../howto/add-a-brand-without-code.md). In the name of its variable a
hyphen of the id is an underscore."""
_WORKING: Final = """## What a working folder may not set

Somebody else may have prepared the folder. So `planwatch.toml` may not say where requests go,
whom to trust, what to run, what is asked, how long it is kept or whom to tell: these keys and
sections are refused there (exit code 2), also where this version has no use for them."""
_KEY: Final = """## The key of the model

A key is taken from the first of these that has one, and never from `config.toml` (exit code 2):

1. the environment: `PLANWATCH_LLM__API_KEY`, or the file that `PLANWATCH_LLM__API_KEY_FILE` names;
2. the environment: `OPENAI_API_KEY`, or the file that `OPENAI_API_KEY_FILE` names;
3. the file that `llm.api_key_file` names in the user's `config.toml`;
4. `secrets.env` beside the user's `config.toml`, with lines `PLANWATCH_LLM__API_KEY=…` or
   `OPENAI_API_KEY=…`. Its mode must be 0600: one that others may use is refused by its name.

The key is sent to the model's server and nowhere else, and not along a redirect. It is not written
into the ledger, a log, a report or an error. `OPENAI_BASE_URL` is the address where `llm.base_url`
is not set and `llm.model` is. See [words by a model](../howto/use-a-model.md)."""
_NOTIFY: Final = f"""## Alerts

`[notify]` says who is told of what; see [alert me](../howto/alert-me.md). A fault
in it is an error at once where somebody looks: a command that starts a job refuses it, by the
rule's number and with what was meant, and so do `notify test` and `config check`. It fails no job
that is under way, as it is read apart from the rest, after the job's end: what is to be told
waits until it is mended.

Only the user's `config.toml` may have it. Addresses hold tokens: a `config.toml`
with addresses must have mode 0600. They are better kept in `secrets.env` beside it, by the
names of the variables below, or in the file that a variable with `_FILE` behind its name has
(`PLANWATCH_NOTIFY__URLS_FILE`). The environment comes before `secrets.env`, and both before
`config.toml`. Several addresses in one variable or file are parted by blanks or new lines. No
message, log, error or row of the ledger shows them; a job does not carry them, so a worker that
cron starts finds those in files only.

`notify.targets` has a target a key, such as `team = ["slack://…"]`; `{DEFAULT_TARGET}` is the
target of `urls`. `notify.rules` is a list of tables, each `[[notify.rules]]`."""
_NOTIFY_RULES: Final = """\
Without any rule each target is told of sources, failed jobs and jobs beyond their time,
and of headline prices and effective costs that moved by £1.00 or more. A message is sent
when any rule of its target asks for it. `min_pounds`, `min_percent` and `direction` are
about `headline` and `effective`, and all that are set must hold; with one of them,
changes of other kinds are told only if `kinds` names them. A rise from £0 reaches every
`min_percent`."""
_NOTIFY_VARIABLES: Final = {
    "notify.urls": "`PLANWATCH_NOTIFY__URLS`",
    "notify.urls_file": "`PLANWATCH_NOTIFY__URLS_FILE`",
    "notify.targets": "`PLANWATCH_NOTIFY__TARGETS__NAME`",
    "notify.ping_url": "`PLANWATCH_NOTIFY__PING_URL`",
    "notify.digest_day": "`PLANWATCH_NOTIFY__DIGEST_DAY`",
}
_ENVIRONMENT: Final = """## Other environment variables

The first three are a contract: tests, simulations and scripts may rely on them."""
_PROXIES: Final = """Proxies of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`,
`NO_PROXY`) are honoured where neither `fetch.proxy` nor `PLANWATCH_ORIGIN` is set.
Alerts are no pages: they take the proxies of the environment whatever these two say."""
VARIABLES: Final = (
    (
        "PLANWATCH_HOME",
        "the folder that holds everything: `ledger.db`, `archive/`, `logs/`, `locks/` and "
        "`config.toml`. Unset: the user's data folder (`~/.local/share/planwatch` on Linux), with "
        "`config.toml` in the configuration folder. Empty: an error",
    ),
    (
        "PLANWATCH_NOW",
        "an ISO instant (`2026-11-23T09:00:00Z`) at which the clock of every process stands; "
        "without an offset it is UTC",
    ),
    (
        "PLANWATCH_ORIGIN",
        "`http://127.0.0.1:PORT`: every request goes to `/HOST/PATH` on that server instead, which "
        "must be on loopback",
    ),
    (
        "PLANWATCH_TRACEBACK",
        "any value: a fault in planwatch ends with Python's traceback instead of one sentence",
    ),
    ("NO_COLOR", "any value: no colour"),
    ("FORCE_COLOR", "any value: colour without a terminal, too"),
    ("COLUMNS", "width of tables; without a terminal it is 160"),
)
# For keys whose field says nothing.
_MEANINGS: Final = {
    "fetch.proxy": "address of a proxy for every request, such as `http://proxy.example:3128`",
    "fetch.ca_file": "file of PEM certificates to trust instead of the system's",
}
_TYPES: Final = {
    bool: "true/false",
    int: "whole number",
    float: "number",
    str: "text",
    str | None: "text",
    float | None: "number",
    SecretStr | None: "secret",
    tuple[str, ...]: "list of texts",
}
_BOUNDS: Final = (
    (annotated_types.Ge, "ge", "≥"),
    (annotated_types.Gt, "gt", ">"),
    (annotated_types.Le, "le", "≤"),
    (annotated_types.Lt, "lt", "<"),
)


_OWN_KEYS: Final = frozenset(f"{SECTION}.SOURCE.{key}" for key in OWN_KEYS)


def walk_settings() -> Iterator[tuple[str, FieldInfo]]:
    """Yield every key as `section.key` with its field."""
    for section, outer in Settings.model_fields.items():
        model: Any = outer.annotation
        prefix = section
        if get_origin(model) is dict:  # one such table a source
            model, prefix = get_args(model)[1], f"{section}.SOURCE"
        for key, field in model.model_fields.items():
            yield f"{prefix}.{key}", field


def walk_notify() -> Iterator[tuple[str, FieldInfo]]:
    """Yield every key of [notify], which is read apart from the others, with its field."""
    for key, field in NotifySettings.model_fields.items():
        if key != "rules":
            yield f"notify.{key}", field
    for key, field in AlertRule.model_fields.items():
        yield f"notify.rules.{key}", field


def _render_notify() -> str:
    rows = [
        (
            f"`{key}`",
            _type_of(field),
            _default_of(field),
            _range_of(field) or "any",
            field.description or "",
            _NOTIFY_VARIABLES.get(key, "none"),
        )
        for key, field in walk_notify()
    ]
    return build_table(("key", "type", "default", "range", "meaning", "environment variable"), rows)


def _type_of(field: FieldInfo) -> str:
    annotation: Any = field.annotation
    if get_origin(annotation) is Literal:
        return "word"
    if get_origin(annotation) is dict:
        return "tables of secrets"
    if get_origin(annotation) is list:
        return "secrets" if get_args(annotation)[0] is SecretStr else "list of words"
    return _TYPES[annotation]


def render_settings() -> str:
    """Return the whole page."""
    rows = [
        (
            f"`{key}`",
            _TYPES[field.annotation],  # type: ignore[index] # an unknown type is a KeyError here
            _default_of(field),
            _range_of(field) or "any",
            field.description or _MEANINGS[key],
            "none: files only" if key in _OWN_KEYS else f"`{variable_of(key)}`",
        )
        for key, field in walk_settings()
    ]
    refused = ", ".join(f"`{key}`" for key in NOT_IN_WORKING_FILE)
    return build_page(
        _INTRO,
        "## Keys",
        build_table(("key", "type", "default", "range", "meaning", "environment variable"), rows),
        _WORKING,
        f"{refused}.",
        _KEY,
        _NOTIFY,
        _render_notify(),
        _NOTIFY_RULES,
        _ENVIRONMENT,
        build_table(("variable", "meaning"), [(f"`{name}`", said) for name, said in VARIABLES]),
        _PROXIES,
    )


def _default_of(field: FieldInfo) -> str:
    if field.is_required():
        return "none"
    if field.default is None:
        return "unset"
    if field.default_factory is not None:
        return "empty"
    return f"`{field.default}`" if field.default not in ("", ()) else "empty"


def _range_of(field: FieldInfo) -> str:
    return ", ".join(
        f"{sign} {getattr(bound, name)}"
        for bound in field.metadata
        for kind, name, sign in _BOUNDS
        if isinstance(bound, kind)
    )
