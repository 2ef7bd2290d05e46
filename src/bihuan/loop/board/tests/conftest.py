"""The measures' small company, with a change whose effect is known."""

from bihuan.loop.improve.measures.tests.conftest import (  # noqa: F401 fixtures
    built_world,
    cast,
    done,
    draft,
    proposal,
    running,
    words,
    world,
)
