"""The command `datasette`: metadata of the ledger for Datasette."""

from importlib.resources import files

from planwatch.cli.options import TextFile
from planwatch.errors import UsageError
from planwatch.output_file import write_text
from planwatch.views.output.delivery import is_stream
from planwatch.views.output.streams import print_line, print_message

_ENDINGS = (".yaml", ".yml", ".txt")


def datasette(output: TextFile = None) -> None:
    """Print metadata for Datasette: units, facets and ready-made queries of the ledger.

    Example: planwatch datasette -o metadata.yaml
    """
    if output is not None and output.suffix.lower() not in _ENDINGS and not is_stream(output):
        raise UsageError(
            f"{output} would be YAML", hint=f"use one of the endings {', '.join(_ENDINGS)}"
        )
    template = files("planwatch.views") / "templates" / "datasette.yaml"
    text = template.read_text(encoding="utf-8")
    if output is None:
        print_line(text.rstrip("\n"))
        return
    write_text(output, text)
    print_message(f"Written: {output}. Next: datasette LEDGER --metadata {output}")
