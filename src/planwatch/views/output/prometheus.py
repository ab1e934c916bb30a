"""Figures in the text exposition format of Prometheus, for node_exporter's textfile collector.

Without timestamps, which that collector refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from planwatch.services.maintenance.metrics import Metric

FILE_MODE: Final = 0o644  # the collector runs as another user; no figure is a secret


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
