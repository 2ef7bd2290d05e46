"""Background jobs: ``enqueue`` one; a worker process runs it; its page shows how far it is."""

from .handle import JobCancelled, JobHandle, JobLost, JobRetry
from .queue import cancel, enqueue, retry, visible_jobs
from .run import run_pending

__all__ = ["JobCancelled", "JobHandle", "JobLost", "JobRetry", "cancel", "enqueue", "retry", "run_pending",
           "visible_jobs"]
