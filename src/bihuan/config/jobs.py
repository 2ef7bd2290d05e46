"""Every kind of background job and the function that runs it: ``run(job: JobHandle, **args)``."""

KINDS: dict[str, str] = {
    "core.refresh_facts": "bihuan.core.jobs.kinds.refresh_facts",
    "notifications.deliver": "bihuan.core.notifications.jobs.run_deliver",
    "core.verify_log": "bihuan.core.jobs.kinds.verify_log",
    "privacy.delete": "bihuan.core.privacy.jobs.run_delete",
    "privacy.export": "bihuan.core.privacy.jobs.run_export",
    "privacy.sweep": "bihuan.core.privacy.jobs.run_sweep",
    "privacy.rotate": "bihuan.core.privacy.jobs.run_rotate",
    "realtime.remind": "bihuan.loop.evaluate.realtime.jobs.run_remind",
    "realtime.watch": "bihuan.loop.evaluate.realtime.jobs.run_watch",
    "records.check": "bihuan.loop.collect.records.jobs.run_check",
    "records.import": "bihuan.loop.collect.records.jobs.run_import",
    "records.derive": "bihuan.loop.collect.records.jobs.run_derive",
    "sources.turn": "bihuan.loop.collect.sources.jobs.run_turn",
    "sources.pull": "bihuan.loop.collect.sources.jobs.run_pull",
    "conversations.index": "bihuan.loop.collect.conversations.jobs.run_index",
    "conversations.delete_expired": "bihuan.loop.collect.conversations.jobs.run_delete_expired",
    "intake.flush": "bihuan.loop.collect.intake.jobs.run_flush",
    "surveys.open": "bihuan.loop.collect.surveys.jobs.run_open",
    "customers.recompute": "bihuan.serve.customers.jobs.run_recompute",
    "reports.draft": "bihuan.loop.evaluate.reports.jobs.run_draft",
}
