"""The measures' small company, with a change whose effect is known."""

from datetime import date

import pytest

from bihuan.loop.improve.measures import services as measures
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
from bihuan.loop.verify.verdicts import services
from bihuan.loop.verify.verdicts.models import Review


@pytest.fixture
def judged(done):  # noqa: F811
    """The verdict on the measure that worked."""
    services.open_reviews()
    return services.compute_verdict(review=Review.objects.get(measure=done))


@pytest.fixture
def carried(words, cast):  # noqa: F811
    """Return ``carried(proposal, **words)``: another measure that is done, on the same dates."""

    def make(proposal, **changes):  # noqa: F811
        made = measures.draft_measure(words=words(**changes), actor=cast.manager)
        measures.propose_yardstick(measure=made, proposal=proposal, actor=cast.manager)
        measures.propose_measure(measure=made, actor=cast.manager)
        measures.approve_measure(measure=made, actor=cast.director, on=date(2025, 6, 1), accepts_doubt="试点")
        measures.start_measure(measure=made, actor=cast.manager, on=date(2025, 6, 2))
        measures.add_evidence(measure=made, kind="sign_in", name="a.txt", parts=[b"x"], actor=cast.manager)
        return measures.complete_measure(measure=made, change_on=proposal.change, on=date(2025, 7, 20),
                                         actor=cast.manager)

    return make
