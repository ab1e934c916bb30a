"""What tests of the documentation share: the demo."""

from tests.support.demo_home import demo, demo_home

__all__ = ["demo", "demo_home"]
