"""Learn what the linter's second look knows: ``weights.txt`` and ``kinds.txt`` from the examples beside its tests.

``make`` does not run it; run it after examples were added. Sets held out for measuring are left out (``HELD_OUT``).
The threshold is the score that one in a hundred good questions reaches when their own set is left out. Kinds with few
examples are not learnt.
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from bihuan.engine.survey.lint.manner import FILE, KINDS, SCALE, features
from bihuan.engine.survey.lint.tests import test_wording

SETS = FILE.parent / "tests" / "held_out.toml"
PLAIN = FILE.parent / "tests" / "plain.toml"
HELD_OUT = ("tenth", "thirteenth")
PENALTY, FEWEST, FALSE_ALARMS, SMALLEST = 0.5, 2, 0.01, 0.02
OF_A_KIND, SMALLEST_OF_A_KIND = 30, 0.1
FORMS_EACH, STEP, PARTS = 3, 5, 6         # how the plain questions are crossed and parted
Rows = tuple[list[str], list[int]]


def examples() -> dict[str, Rows]:
    """Return {set: (questions, 1 for bad)}; the table of the wording tests is a set too, the plain ones are six."""
    told = tomllib.loads(SETS.read_text("utf-8"))
    found = {name: [text for text, _rule in bad] for name, bad in of_kinds().items()}
    good = {name: list(test_wording.CLEAN) if name == "table" else told[f"{name}good"] for name in found}
    plain = plain_questions()
    size = -(-len(plain) // PARTS)
    parts = {f"plain{at}": plain[at:at + size] for at in range(0, len(plain), size)}
    return {**{name: (bad + good[name], [1] * len(bad) + [0] * len(good[name])) for name, bad in found.items()},
            **{name: (texts, [0] * len(texts)) for name, texts in parts.items()}}


def of_kinds() -> dict[str, list[tuple[str, str]]]:
    """Return {set: (bad question, its rule)}."""
    told = tomllib.loads(SETS.read_text("utf-8"))
    return {**{key.removesuffix("bad"): [(text, rule) for rule, text in rows] for key, rows in told.items()
               if key.endswith("bad") and not key.startswith(HELD_OUT)}, "table": list(test_wording.FLAGGED)}


def plain_questions() -> list[str]:
    """Return what nobody minds: each thing in some of the forms, by turns."""
    return [forms[(at + turn * STEP) % len(forms)].format(thing)
            for each in tomllib.loads(PLAIN.read_text("utf-8"))["crossed"] for forms in [each["forms"]]
            for at, thing in enumerate(each["of"]) for turn in range(min(FORMS_EACH, len(forms)))]


def learn(texts: Sequence[str], labels: Sequence[int]) -> dict[str, float]:
    """Return weights and bias of a logistic regression with a ridge."""
    told = [features(text) for text in texts]
    known = Counter(one for each in told for one in each)
    column = {one: at for at, one in enumerate(sorted(one for one, count in known.items() if count >= FEWEST))}
    rows = [(row, column[one]) for row, each in enumerate(told) for one in each if one in column]
    table = sparse.csr_matrix((np.ones(len(rows)), tuple(np.array(rows).T)), shape=(len(told), len(column)))
    table = sparse.diags(SCALE / np.sqrt(np.maximum(np.asarray(table.sum(axis=1)).ravel(), 1))) @ table
    sign = np.array(labels) * 2 - 1

    def loss(weight: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (table @ weight[:-1] + weight[-1])
        pull = -sign / (1 + np.exp(np.clip(margin, -50, 50)))
        slope = np.append(table.T @ pull + PENALTY * weight[:-1], pull.sum())
        return float(np.logaddexp(0, -margin).sum() + PENALTY * weight[:-1] @ weight[:-1] / 2), slope

    found = minimize(loss, np.zeros(len(column) + 1), jac=True, method="L-BFGS-B").x
    return {"bias": float(found[-1]), **{one: float(found[at]) for one, at in column.items()}}


def score(text: str, known: dict[str, float]) -> float:
    met = [known[one] for one in features(text) if one in known]
    return known["bias"] + SCALE * sum(met) / np.sqrt(len(met)) if met else 0.0


def threshold(sets: dict[str, Rows]) -> float:
    good = []
    for name, (texts, labels) in sets.items():
        rest = [rows for other, rows in sets.items() if other != name]
        known = learn([text for rows in rest for text in rows[0]], [label for rows in rest for label in rows[1]])
        good += [score(text, known) for text, label in zip(texts, labels) if not label]
    return float(np.quantile(good, 1 - FALSE_ALARMS))


def learn_kinds() -> list[str]:
    """Return a line for each kind and its weights: is a bad question of it, among bad ones."""
    rows = [row for told in of_kinds().values() for row in told]
    told = Counter(rule for _text, rule in rows)
    found = {kind: learn([text for text, _rule in rows], [int(rule == kind) for _text, rule in rows])
             for kind in sorted(told) if told[kind] >= OF_A_KIND}
    return [line for kind, known in found.items() for line in
            [kind, *(f"{one}\t{value:.2f}" for one, value in known.items()
                     if abs(value) >= SMALLEST_OF_A_KIND or one == "bias")]]


def digest() -> str:
    """Of the examples, so that a test tells when they have changed since."""
    return hashlib.sha256(repr((sorted(examples().items()), sorted(of_kinds().items()))).encode()).hexdigest()[:16]


def main() -> int:
    sets = examples()
    known = learn([text for rows in sets.values() for text in rows[0]],
                  [label for rows in sets.values() for label in rows[1]])
    kept = {one: value for one, value in known.items() if abs(value) >= SMALLEST or one == "bias"}
    head, of_kind = f"# Written by scripts/linter_weights.py from the examples {digest()}", learn_kinds()
    lines = [head, f"threshold\t{threshold(sets):.3f}", *(f"{one}\t{value:.3f}" for one, value in kept.items())]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    KINDS.write_text("\n".join([head, *of_kind]) + "\n", encoding="utf-8")
    count = sum(len(rows[0]) for rows in sets.values())
    print(f"{count} questions, {len(kept)} weights, {lines[1]}; {len(of_kind)} of kinds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
