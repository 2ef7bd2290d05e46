"""The product's settings with one address more: a view that does nothing, behind all of the middleware."""

import os

from bihuan.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.bare_urls"
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.bare"
