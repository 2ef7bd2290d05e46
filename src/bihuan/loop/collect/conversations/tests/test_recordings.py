"""Recordings: their length, who hears them, and that every hearing is noted."""

import io
import wave

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.core.models import AuditEntry
from bihuan.core.privacy import services as privacy
from bihuan.core.privacy.models import DataSet
from bihuan.core.rights import SystemActor
from bihuan.loop.collect.conversations import services
from bihuan.loop.collect.conversations.errors import Refused
from bihuan.loop.collect.conversations.models import Recording
from bihuan.loop.collect.conversations.services.recordings import shelf

from .conftest import DAY

ADD = reverse("conversations:recording_add", args=["t:3"])


@pytest.fixture(autouse=True)
def _talks(talks, cast):
    return talks


def sound(seconds=2):
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8000)
        out.writeframes(b"\x80" * 8000 * seconds)
    return file.getvalue()


@pytest.fixture
def recording(cast):
    return services.add_recording(case="t:3", name="a.wav", parts=[sound()], duration_s=None, channel="phone",
                                  recorded_at=DAY, actor=cast.leader)


def test_an_uploaded_recording_tells_its_length_and_is_played_in_parts(client, cast):
    client.force_login(cast.leader)
    file = SimpleUploadedFile("通话.wav", sound(3))
    answer = client.post(ADD, {"file": file, "channel": "phone", "recorded_at": "2026-03-02T09:00"})
    assert answer.status_code == 302
    kept = Recording.objects.get()
    assert (kept.duration_s, kept.size) == (3, len(sound(3)))
    play = reverse("conversations:play", args=[kept.pk])
    whole = client.get(play)
    assert b"".join(whole.streaming_content) == sound(3) and whole["Accept-Ranges"] == "bytes"
    part = client.get(play, headers={"Range": "bytes=10-19"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, sound(3)[10:20])
    assert client.get(play, headers={"Range": "bytes=999999-"}).status_code == 416
    assert AuditEntry.objects.filter(action="collect.recording_played").count() == 1


def test_a_recording_begun_in_the_middle_is_noted_and_held_to_its_purpose(client, cast, recording):
    play, heard = reverse("conversations:play", args=[recording.pk]), AuditEntry.objects.filter(
        action="collect.recording_played")
    client.force_login(cast.leader)
    for part in ("bytes=1-", "bytes=9-99"):
        assert client.get(play, headers={"Range": part}).status_code == 206
    assert heard.count() == 1
    DataSet.objects.create(code="rec", name="录音", holds="声音", keeper="王", purposes=["survey"],
                           bodies=["recordings"])
    assert client.get(play, headers={"Range": "bytes=1-"}).status_code == 403 and heard.count() == 1


def test_only_those_who_may_hear_it(client, cast, recording):
    play = reverse("conversations:play", args=[recording.pk])
    for person in (cast.outsider, cast.agent, cast.nobody):
        client.force_login(person)
        assert client.get(play).status_code == 404
    client.force_login(cast.outsider)
    assert client.post(reverse("conversations:recording_remove", args=[recording.pk])).status_code == 404
    assert client.post(ADD, {}).status_code == 404


def test_a_removed_recording_leaves_no_bytes(client, cast, recording):
    client.force_login(cast.leader)
    client.post(reverse("conversations:recording_remove", args=[recording.pk]))
    assert not services.recording_file(recording).exists()
    assert client.get(reverse("conversations:play", args=[recording.pk])).status_code == 404
    assert "文件已于" in client.get(reverse("conversations:conversation", args=["t:3"])).content.decode()


def test_a_recording_is_taken_from_the_recordings_folder_only(cast):
    shelf().mkdir(parents=True)
    (shelf() / "b.mp3").write_bytes(b"ID3")
    given = {"case": "t:3", "channel": "phone", "recorded_at": DAY, "actor": cast.leader}
    assert services.register_recording(path="b.mp3", duration_s=7, **given).duration_s == 7
    for path, seconds, code in (("../../product.sqlite3", 1, "path_outside"), ("none.mp3", 1, "path_missing"),
                                ("b.mp3", None, "duration_needed")):
        with pytest.raises(Refused) as refusal:
            services.register_recording(path=path, duration_s=seconds, **given)
        assert refusal.value.code == code
    assert len(list(shelf().parent.glob("*.mp3"))) == 1


def test_other_files_are_refused(client, cast):
    client.force_login(cast.leader)
    file = SimpleUploadedFile("x.exe", b"MZ")
    answer = client.post(ADD, {"file": file, "channel": "phone", "recorded_at": "2026-03-02T09:00"})
    assert answer.status_code == 422 and "x.exe" in answer.content.decode()


def test_a_deleted_customer_leaves_no_recording(cast, recording, talks):
    assert services.erase_customer("K1") == {"recordings": 0}
    assert services.erase_customer("K3") == {"recordings": 1}
    assert not services.recording_file(recording).exists()


def test_a_withdrawn_consent_silences_the_customers_recordings_and_proves_it(client, cast, recording, talks):
    consent = privacy.give_consent(customer="K3", purpose="recording", wording="2026-1", evidence="录音开头告知",
                                   actor=SystemActor("test"))
    client.force_login(cast.manager)
    play = reverse("conversations:play", args=[recording.pk])
    # Entered later, of the same moment: what was said last is the withdrawal, whichever line says it.
    privacy.give_consent(customer="K3", purpose="recording", wording="2026-1", evidence="录音开头告知",
                         actor=SystemActor("test"))
    withdrawn = privacy.withdraw_consent(consent=consent, way="来电", actor=SystemActor("test"))
    entry = AuditEntry.objects.get(action="collect.recordings_locked")
    assert withdrawn.proof == {"recordings": 1, "audit": entry.seq}
    refused = client.get(play)
    assert refused.status_code == 403 and "撤回录音同意" in refused.content.decode()
    page = client.get(reverse("conversations:conversation", args=["t:3"])).content.decode()
    assert "撤回录音同意" in page and "<audio" not in page
    privacy.give_consent(customer="K3", purpose="recording", wording="2026-2", evidence="录音开头告知",
                         actor=SystemActor("test"))
    assert services.bar_on("t:3") == ""
