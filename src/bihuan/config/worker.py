"""The worker process: ``python -m bihuan.config.worker``, started by ``bihuan up``."""

from __future__ import annotations

import os
import signal
from types import FrameType


def main() -> None:
    """Work until SIGTERM, which hands a running job back at once, or until the process that started this is gone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    import django

    django.setup()
    from bihuan.core.jobs.worker import Stop, WorkerStopped, work

    parent = os.getppid()
    stop = Stop()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()
        raise WorkerStopped

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        work(stop, orphaned=lambda: os.getppid() != parent)
    except WorkerStopped:
        return


if __name__ == "__main__":
    main()
