"""What the web server runs."""

import os
from http.cookies import SimpleCookie
from threading import Thread
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
django = get_wsgi_application()

# Importable only once Django is set up.
from django.conf import settings  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import close_old_connections, connections  # noqa: E402

from bihuan.config.bodies import taken_in  # noqa: E402
from bihuan.config.dying import end_with_parent  # noqa: E402
from bihuan.config.gate import gate  # noqa: E402
from bihuan.config.processes import WORKING  # noqa: E402
from bihuan.loop.evaluate.indicators.queries.warm import load_compiler, warm_up  # noqa: E402
from bihuan.loop.evaluate.progress.queries import channels  # noqa: E402


def is_logged_in(environ: dict[str, Any]) -> bool:
    """Return whether a request comes with the cookie of somebody who is logged in."""
    cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
    try:
        return cookie is not None and "_auth_user_id" in SessionStore(cookie.value)
    finally:
        close_old_connections()


# A process that answers pages ends with the web server that started it, or it would hold the port against the next one.
end_with_parent()
application = gate(taken_in(django, workers=WORKING[settings.DATABASES["default"]["ENGINE"]], is_known=is_logged_in,
                            folder=settings.FILE_UPLOAD_TEMP_DIR))


def prepare() -> None:
    """Warm this process up beside its first pages; the thread's own database connection ends with it."""
    try:
        warm_up()
        channels.warm_up()
        load_compiler()
    finally:
        connections.close_all()


Thread(target=prepare, name="warm-up", daemon=True).start()
