"""What the command shows to people, and how it refuses; ``--json`` shows everything."""

import json
import os

import pytest

from bihuan.cli import _print, main
from bihuan.engine.home import open_home

NO_MAPPING = b"\xff\xfe\x00table"


def test_a_wide_table_leaves_out_what_says_nothing(capsys):
    rows = [{"case": "T1", **{f"field{place}": None for place in range(40)}, "value": 0}]
    _print(rows, as_json=False)
    assert capsys.readouterr().out == "case\tvalue\nT1\t0\n"
    _print(rows, as_json=True)
    assert '"field39": null' in capsys.readouterr().out
    _print([{"indicator": "fcr", "value": None}], as_json=False)
    assert capsys.readouterr().out == "indicator\tvalue\nfcr\t-\n", "a narrow one shows that there is no value"


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """The command on a workspace and files of its own: (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.csv").touch()
    (tmp_path / "header.csv").write_text("number,opened_at,channel\n")
    (tmp_path / "odd.csv").write_text("foo,bar\n1,2\n")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    (tmp_path / "odd.toml").write_bytes(NO_MAPPING)

    def answer(line):
        try:
            code = main([*line.split(), "--home", "home"])
        except SystemExit as end:
            code = end.code
        told = capsys.readouterr()
        return code, told.out, told.err

    return answer


NOTHING_USABLE = ("import empty.csv", "import header.csv --table cases", "import picture.csv --table cases",
                  "import picture.csv --preset servicenow_incidents", "themes empty.csv --column a",
                  "themes picture.csv --column a", "rows --indicator fcr", "evaluate --indicators fcr", "process")
WRONG_USE = ("import folder --table cases", "import none.csv", "import odd.csv", "import odd.csv --table colours",
             "import odd.csv --preset none", "import odd.csv --mapping none.toml", "import odd.csv --mapping odd.toml",
             "survey odd.csv --mapping odd.toml", "themes odd.csv --column none", "evaluate --indicators none",
             "evaluate --by colour", "evaluate --where colour=red", "evaluate --where channel=",
             "evaluate --from 2021-03-01 --to 2021-01-01", "evaluate --from 2021-02-30", "evaluate --period fortnight",
             "rows --indicator none", "rows --indicator fcr --group colour=red", "rows --indicator fcr --limit -1",
             "process --top 0", "process --where colour=red", "report -o out.txt",
             "verdict --yardstick none.toml", "verify-log --head none.txt", "verify-log --head odd.toml", "undo none",
             "restore none.tar.gz", "up --port 99999999", "report -o none/out.docx", "backup none/all.tar.gz")
NEEDS_ONE = ("evaluate", "rows --indicator fcr", "diff fcr fcr_touch", "process", "report -o out.pdf", "doctor",
             "batches", "backup all.tar.gz", "undo none", "verify-log", "verdict --indicator fcr --change 2021-03-01")


def test_a_refusal_is_one_sentence_and_leaves_nothing(run, tmp_path):
    open_home("home")
    before = sorted(path.name for path in tmp_path.iterdir())
    for wanted, lines in ((1, NOTHING_USABLE), (2, WRONG_USE)):
        for line in lines:
            code, out, err = run(line)
            assert code == wanted and err.strip(), line
            assert "Traceback" not in err and "Errno" not in err, line
            assert not any(ord(letter) > 0x2e80 for letter in err), f"{line} speaks Chinese to an English terminal"
            assert not out or line.startswith(("evaluate", "rows", "process", "themes")), line
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert not (tmp_path / "home" / "batches" / "journal.jsonl").exists()


def test_a_workspace_is_begun_by_what_fills_it_alone(run, tmp_path):
    """A mistyped folder is told; what has an answer without a workspace, and a trial import, leave none."""
    before = sorted(path.name for path in tmp_path.iterdir())
    for line in NEEDS_ONE:
        code, out, err = run(line)
        assert (code, out) == (1, "") and "is no workspace. Check --home" in err, line
    assert run("indicators")[0] == run("presets")[0] == 0
    assert "these are the shipped ones" in run("presets --json")[2]
    assert run("import none.csv")[0] == 2
    for line in ("import odd.csv --dry-run --table cases", "import odd.csv --table cases", "import odd.csv"):
        assert run(line)[0] == 2, line
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_refusals_speak_the_language_of_the_terminal(run, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    for line in ("import folder", "evaluate --indicators none", "process", "report -o out.txt --lang en",
                 "themes none.csv --column a", "survey none.csv --mapping none.toml", "verdict",
                 "verify-log --head none"):
        assert any(ord(letter) > 0x2e80 for letter in run(line)[2]), line


def test_what_may_not_be_read_is_named(run, tmp_path, monkeypatch):
    """Who runs the tests may be root, whom no mode keeps out: the system's refusal is put in by hand."""
    def refuse(*args, **kwargs):
        raise PermissionError(13, os.strerror(13), "odd.csv")

    monkeypatch.setattr("bihuan.engine.facts.readers.open.open_bytes", refuse)
    code, out, err = run("import odd.csv --table cases --json")
    assert (code, out) == (1, "") and "odd.csv: Permission denied" in err


def test_an_empty_answer_is_still_one_json_document(run):
    open_home("home")
    code, out, err = run("evaluate --indicators fcr --json")
    [value] = json.loads(out)
    assert code == 1 and value["value"] is None and value["n"] == 0 and "nothing to compute" in err
