import pytest

from bihuan.core.notifications.channels import robots as robots_module
from bihuan.core.notifications.models import Channel
from bihuan.core.notifications.services import save_channel
from bihuan.core.tests.cast import SYSTEM, build_cast

from .servers import Post, Robots, running


@pytest.fixture
def workspace_home(home, settings):
    """An empty workspace of one's own."""
    settings.BIHUAN_HOME = home.path
    return home


@pytest.fixture
def cast(db, workspace_home):
    return build_cast()


@pytest.fixture
def robots(settings, monkeypatch):
    """The robots of 企业微信, 钉钉 and 飞书 on this machine, at the paths that they have in the world."""
    settings.BIHUAN_WEBHOOK_PRIVATE = True
    with running(Robots()) as server:
        for kind, path in (("wecom", "/cgi-bin/webhook/send?key="), ("dingtalk", "/robot/send?access_token="),
                           ("feishu", "/open-apis/bot/v2/hook/")):
            monkeypatch.setitem(robots_module.STARTS, kind, server.url + path)
        yield server


@pytest.fixture
def post():
    with running(Post()) as server:
        yield server


@pytest.fixture
def robot(robots, cast):
    """Return ``robot(kind, secret="", events=())``: a group of the company with a robot in it."""

    def make(kind: str, secret: str = "", **columns) -> Channel:
        url = f"{robots.url}/hook/generic" if kind == "webhook" else robots_module.STARTS[kind] + "abcdef-123456"
        return save_channel(channel=None, kind=kind, name=f"群-{kind}", config={"url": url, "secret": secret},
                            actor=SYSTEM, **columns)

    return make


@pytest.fixture
def mail(post, cast):
    """The company's mail server."""
    return save_channel(channel=None, kind="mail", name="公司邮件", actor=SYSTEM, config={
        "host": "127.0.0.1", "port": post.port, "security": "none", "sender": "bihuan@example.com"})
