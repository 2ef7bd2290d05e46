"""Each channel speaks as its documentation says, and believes the code in the answer, not the HTTP status."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from bihuan.core.notifications.channels import SENDERS, web
from bihuan.core.notifications.channels.robots import feishu_sign
from bihuan.core.notifications.channels.webhook import signature
from bihuan.core.notifications.contracts import Message
from bihuan.core.notifications.errors import NotSent, Refused
from bihuan.core.notifications.models import Channel
from bihuan.core.notifications.sealing import seal, unseal
from bihuan.core.notifications.services import save_channel, send_test
from bihuan.core.rights import NotAllowed
from bihuan.core.tests.cast import SYSTEM

MESSAGE = Message("工单超时", (("工单 A-1 已超时", "首次响应应在 10:00 前", "/evaluate/cases/a/"),))


def send(channel, message=MESSAGE, address=""):
    SENDERS[channel.kind](unseal(channel.sealed), address, message)


@pytest.mark.django_db
class TestRobots:
    def test_wecom_is_sent_text(self, robot, robots, settings):
        settings.BIHUAN_ADDRESS = "https://quality.example.com"
        send(robot("wecom"))
        path, headers, body = robots.received[0]
        assert path == "/cgi-bin/webhook/send?key=abcdef-123456"
        assert headers["Content-Type"].startswith("application/json")
        assert json.loads(body) == {"msgtype": "text", "text": {"content": (
            "工单 A-1 已超时\n首次响应应在 10:00 前\nhttps://quality.example.com/evaluate/cases/a/")}}

    def test_wecom_text_keeps_to_2048_bytes(self, robot, robots):
        send(robot("wecom"), Message("长", (("长" * 2000, "", ""),)))
        assert len(robots.bodies()[0]["text"]["content"].encode()) <= 2048

    def test_dingtalk_signs_time_and_secret(self, robot, robots):
        """Base64 of HMAC-SHA256 over "timestamp\\nsecret" under the secret, as custom-robot-security describes."""
        send(robot("dingtalk", secret="SECabc"))
        path, _headers, _body = robots.received[0]
        told = {key: values[0] for key, values in parse_qs(urlsplit(path).query).items()}
        digest = hmac.new(b"SECabc", f"{told['timestamp']}\nSECabc".encode(), hashlib.sha256).digest()
        assert told["sign"] == base64.b64encode(digest).decode()
        assert told["access_token"] == "abcdef-123456" and len(told["timestamp"]) == 13
        assert robots.bodies()[0]["msgtype"] == "text"

    def test_feishu_signs_in_the_body(self, robot, robots):
        send(robot("feishu", secret="demo"))
        body = robots.bodies()[0]
        assert body["msg_type"] == "text" and "工单 A-1" in body["content"]["text"]
        assert body["sign"] == feishu_sign(body["timestamp"], "demo")
        digest = hmac.new(f"{body['timestamp']}\ndemo".encode(), digestmod=hashlib.sha256).digest()
        assert body["sign"] == base64.b64encode(digest).decode()

    @pytest.mark.parametrize("kind,answer,passing", [
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, False),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, True),
        ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, False),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, True),
        ("feishu", {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}, False),
        ("feishu", {"code": 11232, "msg": "frequency limited"}, True),
    ])
    def test_a_refusal_with_status_200_is_a_failure(self, robot, robots, kind, answer, passing):
        robots.answers.append((200, answer))
        with pytest.raises(NotSent, match=str(answer.get("errcode", answer.get("code")))) as refused:
            send(robot(kind))
        assert refused.value.passing is passing


@pytest.mark.django_db
class TestWebhooks:
    def test_the_body_is_signed(self, robot, robots):
        send(robot("webhook", secret="s3cret"))
        _path, headers, body = robots.received[0]
        assert headers["X-Bihuan-Signature"] == signature("s3cret", headers["X-Bihuan-Timestamp"], body)
        assert json.loads(body)["notices"][0]["title"] == "工单 A-1 已超时"

    @pytest.mark.parametrize("status,passing", [(302, False), (400, False), (404, False), (429, True), (503, True)])
    def test_only_2xx_is_taken_for_done_and_no_redirect_is_followed(self, robot, robots, status, passing):
        robots.answers.append((status, {}))
        with pytest.raises(NotSent) as refused:
            send(robot("webhook"))
        assert refused.value.passing is passing
        assert len(robots.received) == 1

    @pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "[::1]", "localhost",
                                      "0.0.0.0", "100.64.0.1", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1",
                                      "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::7f00:1]", "[fec0::1]"])
    def test_the_own_network_is_no_target(self, host, settings):
        settings.BIHUAN_WEBHOOK_PRIVATE = False
        with pytest.raises(Refused, match="内网"):
            web.resolve(f"https://{host}/hook")

    def test_a_name_that_leads_inside_is_refused_even_beside_a_public_address(self, monkeypatch, settings):
        settings.BIHUAN_WEBHOOK_PRIVATE = False
        monkeypatch.setattr(web.socket, "getaddrinfo", lambda *args, **more: [
            (2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.7", 443))])
        with pytest.raises(Refused, match="内网"):
            web.resolve("https://example.com/hook")

    def test_plain_http_needs_the_setting(self, settings):
        settings.BIHUAN_WEBHOOK_PRIVATE = False
        with pytest.raises(Refused, match="https"):
            web.resolve("http://example.com/hook")

    def test_other_schemes_are_never_taken(self, settings):
        settings.BIHUAN_WEBHOOK_PRIVATE = True
        for url in ("file:///etc/passwd", "gopher://127.0.0.1/", "ftp://example.com/"):
            with pytest.raises(Refused, match="https"):
                web.resolve(url)

    def test_nobody_there_is_a_passing_trouble(self, robot, robots):
        channel = robot("webhook")
        robots.shutdown()
        robots.server_close()
        with pytest.raises(NotSent) as refused:
            send(channel)
        assert refused.value.passing


@pytest.mark.django_db
class TestMail:
    def test_a_mail_arrives(self, mail, post):
        send(mail, address="wang@example.com")
        recipient, text = post.mails[0]
        assert recipient == "wang@example.com"
        assert "From: bihuan@example.com" in text

    def test_a_subject_cannot_be_continued_by_a_notice(self, mail, post):
        send(mail, Message("一行\nBcc: other@example.com", (("x", "", ""),)), "wang@example.com")
        assert "\nBcc:" not in post.mails[0][1]

    def test_a_customer_s_mail_has_the_button_that_ends_them(self, mail, post):
        """RFC 8058, section 3.1: both headers, the address over which one POST is enough."""
        send(mail, Message("请您评价", (("", "…", ""),), "https://ask.example.com/stop/x/"), "wang@example.com")
        send(mail, address="wang@example.com")
        first, second = (text for _recipient, text in post.mails)
        assert "List-Unsubscribe: <https://ask.example.com/stop/x/>" in first
        assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in first and "List-Unsubscribe" not in second

    @pytest.mark.parametrize("code,passing", [(550, False), (451, True)])
    def test_a_refused_address_is_a_failure(self, mail, post, code, passing):
        post.refused["gone@example.com"] = code
        with pytest.raises(NotSent, match=str(code)) as refused:
            send(mail, address="gone@example.com")
        assert refused.value.passing is passing


@pytest.mark.django_db
class TestSecrets:
    def test_nothing_of_an_address_lies_open(self, robot):
        channel = robot("dingtalk", secret="SECabcdefghijklmnop")
        stored = str(Channel.objects.filter(pk=channel.pk).values().get())
        assert "SECabc" not in stored and "access_token" not in stored

    def test_pages_show_only_the_end_of_a_secret(self, robot, client, cast):
        channel = robot("dingtalk", secret="SECabcdefghijklmnop")
        client.force_login(cast.admin)
        page = client.get(f"/settings/notifications/{channel.pk}/").content.decode()
        assert "••••mnop" in page
        assert "SECabc" not in page and "abcdef-123456" not in page

    def test_an_empty_secret_keeps_the_old_one(self, robot):
        channel = robot("dingtalk", secret="SECold")
        save_channel(channel=channel, kind="dingtalk", name="新名", config={"url": "", "secret": ""}, actor=SYSTEM)
        channel.refresh_from_db()
        assert unseal(channel.sealed)["secret"] == "SECold" and channel.name == "新名"

    def test_another_installation_cannot_read_it(self, robot, settings):
        channel = robot("wecom")
        settings.SECRET_KEY = "another"
        message = send_test(channel=channel, actor=SYSTEM)
        assert message.state == "failed" and "重新填写" in message.error_text

    def test_sealing_twice_gives_different_texts(self):
        assert seal({"url": "x"}) != seal({"url": "x"})


@pytest.mark.django_db
class TestSettingUp:
    def test_an_address_of_somewhere_else_is_no_robot(self, cast):
        with pytest.raises(Refused, match="群机器人"):
            save_channel(channel=None, kind="wecom", name="x", config={"url": "https://evil.example/"}, actor=SYSTEM)

    def test_one_person_may_have_a_robot_but_no_webhook(self, robots, cast):
        from bihuan.core.notifications.channels.robots import STARTS

        own = save_channel(channel=None, kind="feishu", name="我的", config={"url": STARTS["feishu"] + "k"}, own=True,
                           actor=cast.agent)
        assert own.owner == cast.agent
        with pytest.raises(NotAllowed):
            save_channel(channel=None, kind="webhook", name="x", config={"url": robots.url}, own=True, actor=cast.agent)
        with pytest.raises(NotAllowed):
            save_channel(channel=own, kind="feishu", name="抢", config={}, own=True, actor=cast.outsider)

    def test_a_test_message_says_what_came_of_it(self, robot, robots):
        channel = robot("wecom")
        robots.answers.append((200, {"errcode": 93000, "errmsg": "invalid webhook url"}))
        refused = send_test(channel=channel, actor=SYSTEM)
        assert refused.state == "failed" and "机器人已被移出群（93000 invalid webhook url）" in refused.error_text
        assert send_test(channel=channel, actor=SYSTEM).state == "sent"


@pytest.mark.django_db
@pytest.mark.parametrize("change", [
    {"host": "smtp.example.net"}, {"port": "2525"}, {"security": "none"}, {"user": "x"}])
def test_a_stored_password_is_not_sent_to_another_server(admin_channel, change):
    """Whoever may set up channels could else read it on a server of their own."""
    channel, save = admin_channel
    with pytest.raises(Refused) as refused:
        save(channel, change)
    assert refused.value.code == "secret_again"
    save(channel, {"sender": "desk@example.com"})
    save(channel, {**change, "secret": "new"})


@pytest.fixture
def admin_channel(cast):
    config = {"host": "smtp.example.com", "port": "587", "security": "starttls", "user": "desk", "secret": "s3cret",
              "sender": "a@example.com"}

    def save(channel, config):
        return save_channel(channel=channel, kind="mail", name="公司邮件", config=config, actor=cast.admin)

    return save(None, config), save
