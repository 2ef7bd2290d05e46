"""A bundle proves itself: whole or refused with the file's name, and its own data give its verdict again.

The sums are those of SHA-256 as hashlib has them; the zip is written and read by the standard library.
"""

import hashlib
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from bihuan.engine.effects.bundle import JUDGED, MANIFEST, PARTS, PASSPORTS, check_bundle, pack
from bihuan.engine.effects.contracts import Series, Yardstick
from bihuan.engine.effects.errors import EffectError
from bihuan.engine.effects.keeping import evidence_to_json, verdict_to_json, yardstick_to_json
from bihuan.engine.effects.reading import Evidence, judge_evidence
from bihuan.engine.effects.yardstick import hash_of
from bihuan.engine.indicators.passports import shipped, to_dict

CHANGE = date(2024, 7, 1)
PASSPORT = shipped()["fcr_flag"]


def series(level, gain, seed):
    dice = np.random.default_rng(seed)
    starts = tuple(date(2024, 1, 1) + timedelta(weeks=week) for week in range(40))
    n = np.full(40, 200.0)
    values = np.array([dice.binomial(200, level + (gain if start >= CHANGE else 0)) / 200 for start in starts])
    return Series(starts, values, n)


@pytest.fixture(scope="module")
def judged():
    approved = Yardstick("fcr_flag", CHANGE - timedelta(weeks=1), 0.05, where="unit = T1", against="unit = T2",
                         definition_hash=PASSPORT.definition_hash, version=PASSPORT.version)
    now = replace(approved, change=CHANGE, until=date(2024, 9, 30))
    evidence = Evidence("week", "%", series(0.6, 0.2, 3), series(0.6, 0.0, 4), {})
    return approved, now, evidence


@pytest.fixture
def folder(judged, tmp_path):
    approved, now, evidence = judged
    place = tmp_path / "parts"
    for part in PARTS:
        (place / part).mkdir(parents=True)
        (place / part / "说明.txt").write_text(f"{part}\n" * 40, encoding="utf-8")
    told = {"yardstick": yardstick_to_json(now) | {"hash": hash_of(now)}, "evidence": evidence_to_json(evidence),
            "approved": {"terms": yardstick_to_json(approved), "hash": hash_of(approved)},
            "result": verdict_to_json(judge_evidence(now, evidence))}
    (place / JUDGED).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    (place / PASSPORTS).write_text(json.dumps({"fcr_flag": to_dict(PASSPORT)}, ensure_ascii=False), encoding="utf-8")
    return place


def packed(folder, judged, tmp_path, name="bundle.zip", **told):
    path = tmp_path / name
    about = {"verdict": "effective", "yardstick_hash": hash_of(judged[0]), "measure": "M-0001", "product": "1"} | told
    return path, pack(folder, path, about)


def rewritten(path, target, change):
    """Write the zip anew with ``change(name, bytes)``; None drops the file."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as sink:
        for name in source.namelist():
            if (content := change(name, source.read(name))) is not None:
                sink.writestr(name, content)
    return target


def test_what_is_whole_gives_its_verdict_again(folder, judged, tmp_path):
    path, fingerprint = packed(folder, judged, tmp_path)
    found = check_bundle(path, fingerprint)
    assert (found.intact, found.equal, found.faults) == (True, True, ())
    assert found.found is not None and found.found["verdict"] == found.stated["verdict"] == "effective"
    assert (found.found["effect"], found.found["low"]) == (found.stated["effect"], found.stated["low"])
    assert found.found["low"] < 0.2 < found.found["high"]
    with zipfile.ZipFile(path) as archive:
        manifest = archive.read(MANIFEST)
        assert hashlib.sha256(manifest).hexdigest() == fingerprint
        for one in json.loads(manifest)["files"]:
            assert hashlib.sha256(archive.read(one["path"])).hexdigest() == one["sha256"]


def test_the_same_content_gives_the_same_bytes(folder, judged, tmp_path):
    one, other = (packed(folder, judged, tmp_path, name)[0] for name in ("a.zip", "b.zip"))
    assert one.read_bytes() == other.read_bytes()


def test_a_changed_byte_is_refused_and_its_file_named(folder, judged, tmp_path):
    path, _ = packed(folder, judged, tmp_path)
    for victim in ("执行记录/说明.txt", JUDGED, PASSPORTS):
        bad = rewritten(path, tmp_path / "bad.zip", lambda name, content, victim=victim: (
            content[:-3] + bytes([content[-3] ^ 1]) + content[-2:] if name == victim else content))
        found = check_bundle(bad)
        assert (found.intact, found.equal) == (False, None)
        assert [(one.file, one.fault) for one in found.faults] == [(victim, "changed")]


def test_every_byte_of_the_file_may_be_flipped_and_nothing_passes_as_another(folder, judged, tmp_path):
    """Flipped anywhere, the bundle is refused, or holds the very same files: zip leaves bytes that say nothing."""
    path, fingerprint = packed(folder, judged, tmp_path)
    raw, bad = path.read_bytes(), tmp_path / "bad.zip"
    for at in range(0, len(raw), max(1, len(raw) // 150)):
        bad.write_bytes(raw[:at] + bytes([raw[at] ^ 0x20]) + raw[at + 1:])
        try:
            found = check_bundle(bad, fingerprint)
        except EffectError:
            continue
        if found.intact:
            with zipfile.ZipFile(path) as one, zipfile.ZipFile(bad) as other:
                assert {name: one.read(name) for name in one.namelist()} == {
                    name: other.read(name) for name in other.namelist()}


def test_missing_unlisted_and_doubled_files_are_named(folder, judged, tmp_path):
    path, _ = packed(folder, judged, tmp_path)
    gone = rewritten(path, tmp_path / "gone.zip", lambda name, content: None if name.startswith("执行") else content)
    assert ("执行记录/说明.txt", "missing") in [(one.file, one.fault) for one in check_bundle(gone).faults]
    more = rewritten(path, tmp_path / "more.zip", lambda name, content: content)
    with zipfile.ZipFile(more, "a") as archive:
        archive.writestr("执行记录/另加.txt", "x")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("执行记录/说明.txt", "x")
    assert {("执行记录/另加.txt", "unlisted"), ("执行记录/说明.txt", "twice")} <= {
        (one.file, one.fault) for one in check_bundle(more).faults}


def test_who_forges_the_manifest_too_changes_the_fingerprint(folder, judged, tmp_path):
    _, fingerprint = packed(folder, judged, tmp_path)
    (folder / "执行记录" / "说明.txt").write_text("另一份记录", encoding="utf-8")
    forged, other = packed(folder, judged, tmp_path, "forged.zip")
    assert check_bundle(forged).intact and other != fingerprint
    assert [one.fault for one in check_bundle(forged, fingerprint).faults] == ["other_fingerprint"]


@pytest.mark.parametrize(("change", "fault"), [
    (lambda told: told["yardstick"].update(worthwhile=0.01), "yardstick_changed"),
    (lambda told: told["approved"]["terms"].update(worthwhile=0.01), "yardstick_changed"),
])
def test_a_bent_yardstick_is_refused_even_with_right_sums(folder, judged, tmp_path, change, fault):
    told = json.loads((folder / JUDGED).read_text("utf-8"))
    change(told)
    (folder / JUDGED).write_text(json.dumps(told), encoding="utf-8")
    found = check_bundle(packed(folder, judged, tmp_path)[0])
    assert [(one.file, one.fault) for one in found.faults] == [(JUDGED, fault)]


@pytest.mark.parametrize(("words", "named"), [
    ({"worthwhile": 0.01}, "worthwhile"), ({"donors": "unit"}, "donors"),
    ({"ramp": 6, "shape": "evenly-1"}, "ramp, shape")])
def test_a_yardstick_that_was_rehashed_is_bent_still(folder, judged, tmp_path, words, named):
    told = json.loads((folder / JUDGED).read_text("utf-8"))
    bent = replace(judged[1], **words)
    told["yardstick"] = yardstick_to_json(bent) | {"hash": hash_of(bent)}
    (folder / JUDGED).write_text(json.dumps(told), encoding="utf-8")
    found = check_bundle(packed(folder, judged, tmp_path)[0])
    assert [one.fault for one in found.faults] == [f"yardstick_bent: {named}"]


def test_another_definition_is_refused(folder, judged, tmp_path):
    other = to_dict(PASSPORT) | {"minimum_n": PASSPORT.minimum_n + 1}
    (folder / PASSPORTS).write_text(json.dumps({"fcr_flag": other}), encoding="utf-8")
    assert [(one.file, one.fault) for one in check_bundle(packed(folder, judged, tmp_path)[0]).faults] == [
        (PASSPORTS, "definition_changed")]


def test_a_verdict_that_does_not_follow_from_its_data_is_told(folder, judged, tmp_path):
    told = json.loads((folder / JUDGED).read_text("utf-8"))
    told["result"] |= {"effect": told["result"]["effect"] + 0.01}
    (folder / JUDGED).write_text(json.dumps(told), encoding="utf-8")
    found = check_bundle(packed(folder, judged, tmp_path)[0])
    assert (found.intact, found.equal) == (True, False)


def test_a_part_without_files_makes_no_bundle(folder, judged, tmp_path):
    (folder / "执行记录" / "说明.txt").unlink()
    with pytest.raises(ValueError, match="执行记录"):
        packed(folder, judged, tmp_path)


def test_what_is_no_bundle_is_refused(tmp_path):
    (tmp_path / "text.zip").write_text("text")
    with pytest.raises(EffectError, match="refused"):
        check_bundle(tmp_path / "text.zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr(MANIFEST, '{"format": "else"}')
    with pytest.raises(EffectError, match="no bundle"):
        check_bundle(tmp_path / "other.zip")


def test_the_command_needs_no_workspace_and_no_django(folder, judged, tmp_path):
    path, fingerprint = packed(folder, judged, tmp_path)
    code = ("import sys; from bihuan.cli import main; code = main(sys.argv[1:]); "
            "assert not any(name.split('.')[0] == 'django' for name in sys.modules); sys.exit(code)")

    def run(*words):
        return subprocess.run([sys.executable, "-c", code, "verdict", *words, "--json"], cwd=tmp_path, text=True,
                              capture_output=True, check=False)

    done = run(str(path), "--fingerprint", fingerprint)
    told = json.loads(done.stdout)
    assert done.returncode == 0 and told["equal"] is True and told["verdict"] == told["stated"]["verdict"], done.stderr
    assert not (tmp_path / "bihuan-home").exists()
    bad = rewritten(path, tmp_path / "bad.zip", lambda name, content: content + b" " if name == JUDGED else content)
    done = run(str(bad))
    assert done.returncode == 1 and JUDGED in done.stderr and json.loads(done.stdout)["equal"] is None
