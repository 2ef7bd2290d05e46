"""Where personal data of a customer lies: every place is deleted from when a request for deletion is carried out.

``settings.BIHUAN_PERSONAL_STORES`` lists one function a place: ``erase(customer) -> {what: how many}``. A room that
keeps personal data of its own adds its function there.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from bihuan.core import workspace
from bihuan.engine.facts.privacy.vault import open_vault

from .models import ContactRefusal, Export
from .queries.people import identifiers_in_lake, numbers_of

SHORTEST_VALUE = 7      # shorter texts, such as names, stand in other people's records too


def erase_everywhere(customer: str) -> dict[str, Any]:
    """Delete a customer from every place and return what each one did, by place."""
    return {place: import_string(dotted)(customer) for place, dotted in settings.BIHUAN_PERSONAL_STORES.items()}


def contact_values(customer: str) -> list[str]:
    """Return telephone and mail of a customer as records and vault know them: what files are looked through for."""
    sealed = open_vault(workspace.home()).get_many(numbers_of(customer)).values()
    known = {(name, value) for values in (identifiers_in_lake(customer), *sealed) for name, value in values.items()}
    return [value for name, value in known if name in ("phone", "email") and len(value) >= SHORTEST_VALUE]


def erase_records(customer: str) -> dict[str, Any]:
    """Empty identifiers and texts in every version of the imported records."""
    from bihuan.engine.facts.past import forget
    from bihuan.engine.facts.privacy.erasing import erase

    home = workspace.home()
    values = contact_values(customer)
    forget(home)
    done = asdict(erase(home, numbers_of(customer), values=values))
    return {**done, "remaining": len(done["remaining"])}


def erase_vault(customer: str) -> dict[str, Any]:
    """Destroy the customer's key, with it every copy of the sealed values."""
    vault = open_vault(workspace.home())
    done = [vault.destroy(number) for number in numbers_of(customer)]
    return {"values": sum(each.values for each in done), "had_key": any(each.had_key for each in done)}


def erase_exports(customer: str) -> dict[str, Any]:
    """Delete prepared files with personal data: which customers are in them is not recorded."""
    files = 0
    for export in Export.objects.filter(is_personal=True).exclude(file=""):
        (workspace.home().path / "exports" / export.file).unlink(missing_ok=True)
        files += 1
    Export.objects.filter(is_personal=True).exclude(file="").update(file="", state=Export.State.ENDED)
    return {"files": files, "refusals_kept": ContactRefusal.objects.filter(customer=customer).count()}
