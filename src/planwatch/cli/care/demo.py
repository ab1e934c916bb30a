"""`planwatch demo`: the same jobs over a recorded market of three dates, no network needed."""


def demo() -> None:
    """Scrape, compare and analyse a recorded market, then suggest what to do next.

    Uses PLANWATCH_HOME if it is set, else a folder of its own.

    Example: planwatch demo
    """
    # other commands must not wait for what only the demo needs
    from planwatch.cli.care.demo_run import run_demo

    run_demo()
