"""`planwatch demo`: the same jobs over a recorded market of three dates, no network needed."""


def demo() -> None:
    """Run scrape, comparison and analysis over a recorded market, then say how to go on.

    Uses PLANWATCH_HOME when set, else a folder of its own. Example: planwatch demo
    """
    # other commands must not wait for what only the demo needs
    from planwatch.cli.care.demo_run import run_demo

    run_demo()
