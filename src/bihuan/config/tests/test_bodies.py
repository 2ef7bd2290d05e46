"""A sender who takes their time keeps nobody else waiting."""

import io
import threading

from bihuan.config import bodies
from bihuan.config.bodies import USUAL_BYTES, taken_in


class Slow(io.BytesIO):
    """A body that does not come before it is told to."""

    def __init__(self, content):
        super().__init__(content)
        self.asked, self.coming = threading.Event(), threading.Event()

    def read(self, size=-1):
        self.asked.set()
        assert self.coming.wait(20)
        return super().read(size)


def echo(environ, start_response):
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def ask(app, body=None, *, length=None):
    told = {"wsgi.input": body or io.BytesIO()}
    if length is not None:
        told["CONTENT_LENGTH"] = str(length)
    status = []
    return b"".join(app(told, lambda line, headers: status.append(line))), status[0][:3]


def test_slow_bodies_do_not_hold_the_one_who_works():
    app = taken_in(echo, workers=1, is_known=lambda environ: False)
    slow, answers = [Slow(b"abc"), Slow(b"def")], []
    threads = [threading.Thread(target=lambda one=one: answers.append(ask(app, one, length=3))) for one in slow]
    for thread, one in zip(threads, slow, strict=True):
        thread.start()
        assert one.asked.wait(20)
    assert ask(app) == (b"", "200"), "both bodies are still on their way"
    for one in slow:
        one.coming.set()
    for thread in threads:
        thread.join(20)
    assert sorted(answers) == [(b"abc", "200"), (b"def", "200")]


def test_as_many_work_at_a_time_as_may():
    inside, most, lock = [], [], threading.Lock()

    def working(environ, start_response):
        with lock:
            inside.append(1)
            most.append(len(inside))
        threading.Event().wait(0.02)
        with lock:
            inside.pop()
        return echo(environ, start_response)

    app = taken_in(working, workers=2, is_known=lambda environ: False)
    threads = [threading.Thread(target=ask, args=(app,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(most) == 8 and max(most) <= 2


def test_a_body_that_breaks_off_is_refused():
    app = taken_in(echo, workers=1, is_known=lambda environ: False)
    assert ask(app, io.BytesIO(b"ab"), length=3)[1] == "400"
    assert ask(app, io.BytesIO(b"ab"), length="-1")[1] == "400"


def test_large_bodies_are_taken_from_those_who_are_logged_in_alone(monkeypatch):
    known = []
    app = taken_in(lambda environ, start: echo(environ, start) and [b"taken"], workers=1,
                   is_known=lambda environ: bool(known))
    monkeypatch.setattr(bodies, "_copied", lambda source, target, length: True)
    assert ask(app, length=USUAL_BYTES)[1] == "200"
    assert ask(app, length=USUAL_BYTES + 1)[1] == "413"
    known.append(True)
    assert ask(app, length=USUAL_BYTES + 1)[1] == "200"
    assert ask(app, length=bodies.UPLOAD_BYTES + 1)[1] == "413"
