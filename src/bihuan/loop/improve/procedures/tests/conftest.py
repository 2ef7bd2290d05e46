from bihuan.loop.diagnose.processes.tests.conftest import built_processes, cast, company

__all__ = ["built_processes", "cast", "company"]
