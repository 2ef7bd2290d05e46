"""What the web server runs."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
django = get_wsgi_application()

# Importable only once Django is set up.
from django.db import connections  # noqa: E402

from bihuan.config.gate import gate  # noqa: E402
from bihuan.loop.evaluate.indicators.queries.warm import warm_up  # noqa: E402

application = gate(django)


def prepare() -> None:
    """Warm this process up beside its first pages; the thread's own database connection ends with it."""
    try:
        warm_up()
    finally:
        connections.close_all()


Thread(target=prepare, name="warm-up", daemon=True).start()
