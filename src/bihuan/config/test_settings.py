"""Settings of the tests: a workspace that is thrown away, a fast hash, and an error for every unknown variable."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# A process that a test starts is given the folder of that test.
_given = os.environ.get("BIHUAN_TEST_HOME")
_folder = _given or tempfile.mkdtemp(prefix="bihuan-test-")
_maker = os.getpid()


def _remove() -> None:
    # A forked child must not take the folder away from its parent.
    if os.getpid() == _maker:
        shutil.rmtree(_folder, ignore_errors=True)


if not _given:
    atexit.register(_remove)
os.environ["BIHUAN_HOME"] = _folder
os.environ.setdefault("BIHUAN_ZONE", "Asia/Shanghai")

from bihuan.config.environment import postgres, sqlite  # noqa: E402
from bihuan.config.settings import *  # noqa: E402,F403
from bihuan.config.settings import TEMPLATES  # noqa: E402


class UnknownVariable(str):
    """Put where a template names a variable that does not exist: rendering it is an error, not an empty place."""

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, name: object) -> str:
        raise LookupError(f"The template names a variable that is not there: {name}")


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable("%s")

_url = os.environ.get("BIHUAN_TEST_DATABASE_URL")
DATABASES = {"default": postgres(_url) if _url else sqlite(Path(_folder) / "product.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
if not _url:
    # Threads and processes of a test must see the same rows: a file, not memory.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_folder) / "test.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "test"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "test-process"},
}
BIHUAN_PAGE_PATIENCE_S = 0
ACCOUNT_RATE_LIMITS = False
ALLOWED_HOSTS = ["*"]
