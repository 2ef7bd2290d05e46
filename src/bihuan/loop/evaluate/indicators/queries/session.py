"""One open connection to the facts a process, renewed when they change: opening costs more than most questions."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

from bihuan.engine import stopping
from bihuan.engine.home import Home
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.indicators.evaluate import Session, open_session

from .cache import data_version


class HeldSession:
    """Keeps a session while the workspace stays as it is. Questions come one after the other; each uses all cores."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._key: Hashable = None
        self._stack = ExitStack()
        self._session: Session | None = None

    @contextmanager
    def on(self, home: Home) -> Iterator[Session]:
        """Yield the session of a workspace's present facts, for this thread alone."""
        with stopping.alone(self._lock):
            key = data_version(home)
            if self._session is None or key != self._key:
                self.close()
                with stopping.shared():
                    self._session = self._stack.enter_context(open_session(home, Query()))
                self._key = key
            try:
                with stopping.using(self._session.executor):
                    yield self._session
            except BaseException:
                # What failed may have left the connection in the middle of something.
                self.close()
                raise

    def close(self) -> None:
        """Close what is held; the next question opens it anew."""
        self._session, self._key = None, None
        self._stack.close()


held = HeldSession()
