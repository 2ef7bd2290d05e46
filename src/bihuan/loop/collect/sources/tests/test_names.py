"""What systems are called: their codes say nothing to the people who read boards and cases."""

import pytest

from bihuan.core import systems
from bihuan.core.models import AuditEntry
from bihuan.core.rights import NotAllowed
from bihuan.engine.facts.importing import import_rows
from bihuan.loop.collect.sources.services import name_sources

NAMES = "/collect/sources/names/"


def test_a_system_is_named_once_and_called_so_everywhere(client, cast, workspace_home):
    import_rows(workspace_home, "cases", [{"external_id": "77", "opened": "2026-03-02 09:00", "channel": "phone"}],
                source="pbx9", actor="cli")
    client.force_login(cast.outsider)
    assert client.get(NAMES).status_code == 404
    client.force_login(cast.admin)
    assert "pbx9" in client.get(NAMES).content.decode()
    assert "新的名称" in client.post(NAMES, {"name_0": " 热线 "}, follow=True).content.decode()
    client.force_login(cast.director)
    assert "工单 <span class=\"breakable\">热线 77" in client.get("/evaluate/cases/pbx9:77/").content.decode()
    board = client.get("/evaluate/board/?period=all&source=pbx9").content.decode()
    assert "来源系统：热线" in board
    assert AuditEntry.objects.get(action="collect.sources_named").data["codes"] == "pbx9"


def test_only_who_keeps_sources_names_them_and_an_empty_name_is_forgotten(cast, workspace_home):
    with pytest.raises(NotAllowed):
        name_sources(names={"a": "甲"}, actor=cast.director)
    assert name_sources(names={"a": "甲", "zendesk": ""}, actor=cast.admin)
    assert not name_sources(names={"a": "甲"}, actor=cast.admin)
    assert (systems.numbered("a:1"), systems.numbered("b:1"), systems.numbered("a:")) == ("甲 1", "b:1", "a:")
    assert systems.source_name("zendesk") == "Zendesk"
    name_sources(names={"a": ""}, actor=cast.admin)
    assert systems.source_name("a") == "a"
