"""What the command shows to people; ``--json`` shows everything."""

from bihuan.cli import _print


def test_a_wide_table_leaves_out_what_says_nothing(capsys):
    rows = [{"case": "T1", **{f"field{place}": None for place in range(40)}, "value": 0}]
    _print(rows, as_json=False)
    assert capsys.readouterr().out == "case\tvalue\nT1\t0\n"
    _print(rows, as_json=True)
    assert '"field39": null' in capsys.readouterr().out
    _print([{"indicator": "fcr", "value": None}], as_json=False)
    assert capsys.readouterr().out == "indicator\tvalue\nfcr\t-\n", "a narrow one shows that there is no value"
