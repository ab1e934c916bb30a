"""Commands about alerts: test the targets, list the messages, send what waits.

What a command needs is imported inside it: the others must not wait for it.
"""

from typing import Annotated

import typer

from planwatch.cli.options import Form, Json, OutputFile
from planwatch.cli.session import open_session, working_folder
from planwatch.errors import UsageError
from planwatch.views.output.delivery import Content, deliver, read_delivery
from planwatch.views.output.streams import console, print_json

app = typer.Typer(
    help="Alerts about changes in the market and about failures: test, list and send them."
    "\n\nExample: planwatch notify test",
    no_args_is_help=True,
)


@app.command("test")
def try_alerts(
    to: Annotated[
        str | None, typer.Option("--to", metavar="NAME", help="Only this target.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Send a test message to each target, and show which of them accepted it.

    Example: planwatch notify test
    """
    from planwatch.alerts.setup import require_recipients, try_targets

    with open_session() as session:
        settings = require_recipients(session.home.config_file, working_folder())
    tried = [each.as_record() for each in try_targets(settings, to)]
    has_ping = settings.ping_url is not None
    if as_json:
        print_json({"tried": tried, "has_ping": has_ping})
    else:
        from planwatch.views.care.notify import print_tried

        print_tried(console(), tried, has_ping=has_ping)
    if not all(each["ok"] for each in tried):
        raise typer.Exit(1)


@app.command("list")
def list_alerts(
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="Maximum number of messages to show.")
    ] = 20,
    form: Form = None,
    output: OutputFile = None,
    as_json: Json = False,
) -> None:
    """Show the newest messages: sent, waiting or given up, and why.

    Example: planwatch notify list
    """
    from planwatch.alerts.setup import list_unreached
    from planwatch.ledger.alerts.messages import list_messages

    delivery = read_delivery(form, output, as_json=as_json)
    with open_session() as session:
        messages = [each.as_record() for each in list_messages(session.ledger, limit=limit)]
        unreached = list_unreached(session.home.config_file, working_folder(), session.ledger)
    from planwatch.views.care.notify import MESSAGE_COLUMNS, print_messages, render_messages

    deliver(
        delivery,
        Content(
            record={
                "messages": messages,
                "unreached": [each.as_record() for each in unreached],
            },
            columns=MESSAGE_COLUMNS,
            rows=messages,
            draw=lambda target: print_messages(target, messages, unreached),
            tables=lambda: [render_messages(messages)],
        ),
    )


@app.command()
def send(as_json: Json = False) -> None:
    """Send the waiting messages now, and those for what has happened since the last job.

    Example: planwatch notify send
    """
    import logging

    from planwatch.alerts.delivery import send_pending
    from planwatch.alerts.memory import write_messages
    from planwatch.alerts.setup import list_unreached, require_recipients
    from planwatch.ledger.alerts.messages import count_sent
    from planwatch.ledger.store.info import is_recorded

    with open_session() as session:
        if is_recorded(session.ledger):
            raise UsageError(
                f"{session.home.root} holds the demo's recorded market, which sends no alerts",
                hint="set PLANWATCH_HOME to the folder of your real market",
            )
        settings = require_recipients(session.home.config_file, working_folder())
        # what fails is printed below; a worker's log has it as it comes
        logging.getLogger("planwatch").addHandler(logging.NullHandler())
        before = count_sent(session.ledger)
        write_messages(session.ledger, settings, session.settings)
        waiting = send_pending(session.home, session.ledger, settings)
        sent = count_sent(session.ledger) - before
        unreached = list_unreached(session.home.config_file, working_folder(), session.ledger)
    if as_json:
        print_json(
            {
                "sent": sent,
                "waiting": waiting,
                "unreached": [each.as_record() for each in unreached],
            }
        )
    else:
        from planwatch.views.care.notify import print_sent

        print_sent(console(), sent, waiting, unreached)
    if waiting:
        raise typer.Exit(1)
