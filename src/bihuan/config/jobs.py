"""Every kind of background job and the function that runs it: ``run(job: JobHandle, **args)``."""

KINDS: dict[str, str] = {}
