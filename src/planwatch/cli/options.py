"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Wait = Annotated[bool, typer.Option("--wait", help="Follow the job and end with its exit code.")]
NoLlm = Annotated[
    bool, typer.Option("--no-llm", help="Words by the template, not by a language model.")
]
Refresh = Annotated[
    bool, typer.Option("--refresh", help="Make a new analysis even over unchanged plans.")
]
