"""The sign of life after a scrape, for a service that notices when none comes."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Final

from planwatch import __version__
from planwatch.alerts.job_endings import is_good_scrape
from planwatch.domain.job import Job, JobStatus
from planwatch.domain.job_kinds import SCRAPE
from planwatch.engine.retry import RetryPolicy, call_with_retries
from planwatch.errors import FetchError
from planwatch.fetch.ping import send_ping

if TYPE_CHECKING:
    from planwatch.settings.notify import NotifySettings

logger: Final = logging.getLogger(__name__)
_RETRY: Final = RetryPolicy(attempts=3, first_wait_s=1.0, longest_wait_s=10.0)


def ping_after(settings: NotifySettings, job: Job) -> None:
    """Ping after a scrape, at `/fail` unless it was a good one; log it when nobody answers."""
    if settings.ping_url is None or job.kind != SCRAPE or job.status is JobStatus.CANCELLED:
        return
    address = settings.ping_url.get_secret_value()
    if not is_good_scrape(job):
        head, mark, query = address.partition("?")
        address = f"{head.rstrip('/')}/fail{mark}{query}"
    send = partial(send_ping, address, user_agent=f"planwatch/{__version__}")
    try:
        call_with_retries(send, _RETRY, on=FetchError)
    except FetchError as error:
        logger.warning("ping: %s (%s)", error, error.hint)
    else:
        logger.info("ping: sent")
