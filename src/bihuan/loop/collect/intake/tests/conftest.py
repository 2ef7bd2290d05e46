import json

import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.core.tokens import limits
from bihuan.core.tokens.services import create_token
from bihuan.loop.collect.intake.pressure import waiting
from bihuan.loop.collect.intake.services import create_hook


@pytest.fixture(autouse=True)
def nothing_spent():
    limits.reset()
    waiting.reset()
    yield
    limits.reset()
    waiting.reset()


@pytest.fixture
def workspace_home(home, settings):
    """An empty workspace of one's own."""
    settings.BIHUAN_HOME = home.path
    return home


@pytest.fixture
def cast(db, workspace_home):
    return build_cast()


@pytest.fixture
def token(cast):
    """A token of the manager that may push cases; ``token.key`` is what the program holds."""
    return keyed(cast.manager, "push:cases", source="desk")


def keyed(owner, *scopes, **more):
    made, key = create_token(**{"name": "程序", "scopes": scopes, "days": 30, **more}, actor=owner)
    made.key = key
    return made


@pytest.fixture
def push(client):
    """Return ``push(token, rows, table="cases", key=None, **headers)`` -> response."""

    def push(token, rows, table="cases", *, key=None, query="", kind="application/json", **headers):
        body = rows if isinstance(rows, bytes | str) else json.dumps(rows, ensure_ascii=False)
        if key is not None:
            headers["HTTP_IDEMPOTENCY_KEY"] = key
        return client.post(f"/api/v1/records/{table}{query}", body, content_type=kind,
                           HTTP_AUTHORIZATION=f"Bearer {token.key}", **headers)

    return push


@pytest.fixture
def told(client):
    """Return ``told(token, answer)`` -> what the receipt of a push says."""

    def told(token, answer):
        found = client.get(answer.json()["url"], HTTP_AUTHORIZATION=f"Bearer {token.key}")
        assert found.status_code == 200, found.content
        return found.json()

    return told


@pytest.fixture
def hook(cast):
    """Return ``hook(scheme="bihuan", **more)``: a webhook; ``hook.secret`` is what its sender signs with."""

    def make(scheme="bihuan", **more):
        made, secret = create_hook(**{
            "name": "工单系统", "scheme": scheme, "table": "cases", "source": "desk",
            "secret": "" if scheme in ("bihuan", "github") else "given-secret", **more}, actor=cast.admin)
        made.secret = secret
        return made

    return make


def case(number, **more):
    """One row as a program sends it."""
    return {"external_id": f"T{number}", "opened": "2024-03-01T01:00:00Z", "customer": f"c{number}",
            "channel": "phone", "agent": "a1", "topic": "退款", **more}
