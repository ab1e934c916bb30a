"""Every error that planwatch raises on purpose, in one tree.

    PlanwatchError                 exit 1   a problem in planwatch itself
    ├── UsageError                 exit 2   the request cannot be carried out as given
    │   ├── UnknownName            exit 2   brand, source, job, step or analysis
    │   ├── WrongState             exit 2   a job is not in a state in which that can be done
    │   ├── KeyTaken               exit 2   a job with other parameters has the key
    │   └── SettingsError          exit 2   a settings file or variable
    ├── ClockOutOfRange            exit 1   the system's clock says what cannot be true
    ├── TimeZoneMissing            exit 1   this machine has no data on London's time zone
    ├── HomeError                  exit 1   the home folder cannot be used
    ├── RowRefused                 exit 1   a row that the schema rejects; a bug in planwatch
    ├── LedgerError                exit 1   the SQLite file
    │   ├── NotALedger             exit 1   the database of another program
    │   ├── LedgerDamaged          exit 1   SQLite cannot read it, or a part of it is gone
    │   ├── LedgerMissing          exit 1   it is gone from a home that was in use
    │   ├── LedgerReplaced         exit 1   it was removed, replaced or moved while in use
    │   ├── LedgerTooNew           exit 1   written by a newer planwatch
    │   └── LedgerBusy             exit 75  another process holds it; try later
    ├── MachineError               retried; this machine lacks memory, threads, files or disk
    │   ├── BrowserLost            retried; the browser or its driver ended, or did not start
    │   └── NoSandbox              not retried; the browser would run without its sandbox
    ├── EngineError                exit 1   jobs and steps
    │   ├── JobLost                exit 1   another worker has the job; write nothing
    │   │   └── Stopped            exit 1   another step could not write; neither does this one
    │   ├── StepFailed             exit 1   a step gave up; carries the cause
    │   ├── StepTimeout            exit 1   a step exceeded its limit; retried after a standstill
    │   └── WorkflowChanged        exit 1   a job started by other code cannot continue
    ├── FetchError                 exit 1   the network
    │   ├── FetchTimeout           retried
    │   ├── ConnectionFault        retried
    │   ├── IncompletePage         retried; a part of a page, such as HTTP 206
    │   ├── HttpStatus             retried when 429 or 5xx; honours Retry-After
    │   ├── TooLarge               not retried
    │   ├── Blocked                not retried; the site refuses
    │   ├── RobotsDenied           not retried; robots.txt forbids
    │   │   └── CrawlDelay         not retried; robots.txt asks for a longer delay than is kept
    │   └── NeedsBrowser           not retried; no browser here
    ├── ParseError                 exit 1   a saved page
    │   ├── UnreadableText         one text is not a price, an allowance or a term
    │   ├── LayoutChanged          the page is not in the shape the parser knows
    │   └── NothingFound           the page is in shape and holds no plan
    ├── AnalysisError              exit 1   the analysis
    │   └── NoPlans                exit 4   nothing usable to compare
    ├── NotifyError                exit 1   an alert; it never fails a job
    │   ├── AppriseMissing         not retried; the extra `notify` is not installed
    │   └── NotDelivered           retried, unless it may have arrived
    └── ModelError                 exit 5   the language model; the report is delivered without it
        ├── ModelBusy              retried; overloaded or failing, honours Retry-After
        ├── ModelUnreachable       retried; no connection, or an answer that broke off
        ├── ModelTimeout           retried; no whole answer within the deadline
        ├── ModelQuota             not retried; the account has nothing left
        ├── ModelDenied            not retried; the key is missing or refused
        ├── ModelRefused           not retried; the server refuses such a request
        ├── ModelContext           not retried; even the fewest facts do not fit
        ├── ModelAnswer            not retried; an answer without usable text
        └── ModelBudget            not asked; the day's budget would be exceeded

Each has a stable snake_case `code`, a `hint` (what to do next) and a `context` (ids, no secrets),
and says itself whether another attempt may succeed.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from planwatch.printable import printable

_TOO_MANY_REQUESTS: Final = 429
_SERVER_ERRORS: Final = range(500, 600)
_NEVER_SUPPORTED: Final = (501, 505)  # the method, the version of HTTP


class PlanwatchError(Exception):
    """Base of the tree: a sentence for a person, a code for a program.

    Attributes:
        is_transient: the same thing may succeed a little later.
        retry_after_s: the seconds that the other side asked us to wait; None where it did not.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    is_transient: bool = False
    retry_after_s: float | None = None

    def __init__(self, message: str, *, hint: str = "", **context: Any) -> None:
        # a message may quote a page
        self.message = printable(message)
        self.hint = printable(hint)
        self.context = context
        super().__init__(self.message)

    def as_record(self) -> dict[str, Any]:
        """Return the shape stored in the ledger and printed by `--json`: code, message, hint."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class UsageError(PlanwatchError):
    code = "usage"
    exit_code = 2


class UnknownName(UsageError):
    code = "unknown_name"


class WrongState(UsageError):
    code = "wrong_state"


class KeyTaken(UsageError):
    code = "key_taken"


class SettingsError(UsageError):
    code = "settings"


class ClockOutOfRange(PlanwatchError):
    code = "clock"


class TimeZoneMissing(PlanwatchError):
    code = "time_zone_missing"


class HomeError(PlanwatchError):
    code = "home"


class RowRefused(PlanwatchError):
    """Not a LedgerError: the ledger is well, so only the step that wrote the row fails."""

    code = "row_refused"


class LedgerError(PlanwatchError):
    code = "ledger"


class NotALedger(LedgerError):
    code = "not_a_ledger"


class LedgerDamaged(LedgerError):
    code = "ledger_damaged"


class LedgerMissing(LedgerError):
    code = "ledger_missing"


class LedgerReplaced(LedgerError):
    code = "ledger_replaced"


class LedgerTooNew(LedgerError):
    code = "ledger_too_new"


class LedgerBusy(LedgerError):
    code = "ledger_busy"
    exit_code = 75
    is_transient = True


class MachineError(PlanwatchError):
    """What is no fault of a site, of a page or of its parser."""

    code = "machine"
    is_transient = True


class BrowserLost(MachineError):
    code = "browser_lost"


class NoSandbox(MachineError):
    code = "no_sandbox"
    is_transient = False


class EngineError(PlanwatchError):
    code = "engine"


class JobLost(EngineError):
    code = "job_lost"


class Stopped(JobLost):
    code = "stopped"


class StepFailed(EngineError):
    code = "step_failed"


class StepTimeout(EngineError):
    code = "time_limit"


class WorkflowChanged(EngineError):
    code = "workflow_changed"


class FetchError(PlanwatchError):
    code = "network"


class FetchTimeout(FetchError):
    code = "timeout"
    is_transient = True


class ConnectionFault(FetchError):
    code = "connection"
    is_transient = True


class IncompletePage(FetchError):
    code = "incomplete"
    is_transient = True


class HttpStatus(FetchError):
    """An answer whose status is not a success; transient are 429 and most of 5xx."""

    code = "http_status"

    def __init__(
        self,
        message: str,
        *,
        status: int,
        retry_after_s: float | None = None,
        hint: str = "",
        **context: Any,
    ) -> None:
        super().__init__(message, hint=hint, status=status, **context)
        self.status = status
        self.retry_after_s = retry_after_s
        is_server_error = status in _SERVER_ERRORS and status not in _NEVER_SUPPORTED
        self.is_transient = status == _TOO_MANY_REQUESTS or is_server_error


class TooLarge(FetchError):
    code = "too_large"


class Blocked(FetchError):
    code = "blocked"


class RobotsDenied(FetchError):
    code = "robots_denied"


class CrawlDelay(RobotsDenied):
    code = "crawl_delay"


class NeedsBrowser(FetchError):
    code = "needs_browser"


class ParseError(PlanwatchError):
    code = "parse"


class UnreadableText(ParseError, ValueError):
    """A text that is not, beyond doubt, the thing asked for."""

    code = "unreadable_text"


class LayoutChanged(ParseError):
    """A page that is not in the known shape; the message names the selector or the JSON path."""

    code = "layout_changed"


class NothingFound(ParseError):
    code = "nothing_found"


class AnalysisError(PlanwatchError):
    code = "analysis"


class NoPlans(AnalysisError):
    code = "no_plans"
    exit_code = 4


class NotifyError(PlanwatchError):
    """What keeps an alert from its recipient; no message holds an address or a token."""

    code = "notify"


class AppriseMissing(NotifyError):
    code = "apprise_missing"


class NotDelivered(NotifyError):
    """`in_doubt` tells that the other side may have taken it, and did not answer.

    It is then not transient: another attempt might deliver it twice.
    """

    code = "not_delivered"

    def __init__(
        self, message: str, *, in_doubt: bool = False, hint: str = "", **context: Any
    ) -> None:
        super().__init__(message, hint=hint, **context)
        self.in_doubt = in_doubt
        self.is_transient = not in_doubt


class ModelError(PlanwatchError):
    """What keeps a configured model from writing; no message holds the key.

    `may_have_cost` tells whether the server may bill the request that failed.
    """

    code = "model"
    exit_code = 5
    may_have_cost: ClassVar[bool] = False


class ModelBusy(ModelError):
    code = "model_busy"
    is_transient = True

    def __init__(
        self, message: str, *, retry_after_s: float | None = None, hint: str = "", **context: Any
    ) -> None:
        super().__init__(message, hint=hint, **context)
        self.retry_after_s = retry_after_s


class ModelUnreachable(ModelError):
    code = "model_unreachable"
    is_transient = True
    may_have_cost = True


class ModelTimeout(ModelError):
    code = "model_timeout"
    is_transient = True
    may_have_cost = True


class ModelQuota(ModelError):
    code = "model_quota"


class ModelDenied(ModelError):
    code = "model_denied"


class ModelRefused(ModelError):
    code = "model_refused"


class ModelContext(ModelError):
    code = "model_context"


class ModelAnswer(ModelError):
    code = "model_answer"
    may_have_cost = True


class ModelBudget(ModelError):
    code = "model_budget"
