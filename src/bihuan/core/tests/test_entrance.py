"""Who comes in, and what strangers see."""

import pytest

from bihuan.core.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return User.objects.create_user("wang", email="wang@example.test", password="right-horse-battery")


@pytest.mark.parametrize("login", ["wang", "wang@example.test"])
def test_people_log_in_by_name_or_mail(client, person, login):
    answer = client.post("/account/login/", {"login": login, "password": "right-horse-battery"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").status_code == 200


def test_a_wrong_password_is_refused(client, person):
    answer = client.post("/account/login/", {"login": "wang", "password": "wrong"})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_stranger_is_sent_to_the_log_in(client):
    assert client.get("/")["Location"] == "/account/login/?next=/"


def test_nobody_signs_up(client):
    answer = client.post("/account/signup/", {"username": "eve", "password1": "x", "password2": "x"})
    assert answer.status_code == 200
    assert not User.objects.filter(username="eve").exists()


def test_the_log_in_names_its_fields_once_and_in_one_language(client):
    form = client.get("/account/login/").content.decode().split('<div class="entrance-foot">')[0]
    assert "用户名或电子邮箱" in form and "placeholder=" not in form and 'autocomplete="username"' in form


def test_an_answer_under_a_former_session_takes_no_cookie_away(client, person):
    client.post("/account/login/", {"login": "wang", "password": "right-horse-battery"})
    former = client.cookies["sessionid"].value
    client.session.flush()      # as a change of the password does, while a bell and a page are under way
    for address, headers in (("/notifications/bell/", {"HX-Request": "true"}), ("/", {})):
        client.cookies["sessionid"] = former
        assert "sessionid" not in client.get(address, headers=headers).cookies
    client.post("/account/login/", {"login": "wang", "password": "right-horse-battery"})
    assert client.post("/account/logout/").cookies["sessionid"].value == ""
