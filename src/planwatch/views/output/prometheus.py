"""Figures in the text exposition format of Prometheus, for node_exporter's textfile collector.

Without timestamps, which that collector refuses. A file is replaced at once: a reader that came in
between would take half of it for the whole.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from planwatch.errors import UsageError

if TYPE_CHECKING:
    from planwatch.services.maintenance.metrics import Metric

_MODE: Final = 0o644  # the collector runs as another user; no figure is a secret


def render_metrics(metrics: Iterable[Metric]) -> str:
    """Return the metrics as text; one without samples is left out."""
    lines = []
    for metric in metrics:
        if metric.samples:
            lines += [
                f"# HELP {metric.name} {_escape(metric.meaning)}",
                f"# TYPE {metric.name} {metric.kind}",
                *(
                    f"{metric.name}{_labels(labels)} {_number(value)}"
                    for labels, value in metric.samples
                ),
            ]
    return "".join(f"{line}\n" for line in lines)


def write_metrics(path: Path, text: str) -> None:
    """Put the text into the place of a file, whole, and readable for everybody.

    Raises:
        UsageError: it cannot be written.
    """
    temporary: Path | None = None
    try:
        # its ending is not .prom, so that the collector passes it over
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        temporary = Path(name)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(file.fileno(), _MODE)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise UsageError(
            f"cannot write {path} ({error.strerror})", hint="name a file in a folder of yours"
        ) from error


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    pairs = (f'{name}="{_escape(value, quoted=True)}"' for name, value in labels.items())
    return "{" + ",".join(pairs) + "}"


def _escape(text: str, *, quoted: bool = False) -> str:
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    return escaped.replace('"', '\\"') if quoted else escaped


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)
