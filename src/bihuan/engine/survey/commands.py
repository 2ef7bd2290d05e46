"""``bihuan survey FILE --mapping FILE.toml``: the analysis of a file of answers, without keeping it."""

from __future__ import annotations

import tomllib
from argparse import Namespace
from pathlib import Path
from typing import Any

from bihuan.engine.facts.errors import WRONG, FactsError
from bihuan.engine.facts.mapping import MappingError, parse_file
from bihuan.engine.terminal import say

from .analyse import analyse
from .design import SECTION, read_design
from .errors import SurveyError
from .reading import read_file

FINE, NOTHING_USABLE, WRONG_USE, QUARANTINED = 0, 1, 2, 3


def survey(args: Namespace) -> tuple[int, Any]:
    """bihuan survey FILE --mapping FILE.toml"""
    path, mapping = Path(args.file), Path(args.mapping)
    try:
        for file in (path, mapping):
            if not file.is_file():
                raise FactsError("no_file", file=str(file))
        known = parse_file(mapping)
        section = tomllib.loads(mapping.read_text(encoding="utf-8")).get(SECTION)
        responses, design, left_out = read_file(path, known, read_design(section))
        return (QUARANTINED if left_out else FINE), analyse(responses, design, read_design(section, "en"))
    except SurveyError as error:
        say(error.text("zh"), error.text("en"))
        return (NOTHING_USABLE if error.code == "no_answers" else WRONG_USE), None
    except FactsError as error:
        say(error.text("zh"), error.text("en"))
        return (WRONG_USE if error.code in WRONG else NOTHING_USABLE), None
    except MappingError as error:
        say(error.text("zh"), error.text("en"))
        return WRONG_USE, None
