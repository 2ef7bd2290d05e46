"""Import the public files in ``$BIHUAN_DATA`` by shipped mappings and compare with their published figures.

Every figure below stands in the catalogue that comes with the files; the product has to find it by itself, through
the same command that a user types. What a file says nothing about must come back without a value, not as 0 or 100 %.
Prints one line a figure and exits 1 when one is off.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

BIHUAN = Path(sys.executable).with_name("bihuan")
wrong: list[str] = []


def main() -> int:
    folder = os.environ.get("BIHUAN_DATA")
    if not folder or not Path(folder).is_dir():
        print("BIHUAN_DATA is not set to a folder: name the one that holds events/, calls/ and complaints/.",
              file=sys.stderr)
        return 2
    data = Path(folder)
    with tempfile.TemporaryDirectory(prefix="bihuan-check-") as place:
        incidents(data, Path(place))
        resaved(data, Path(place))
        help_desk(data, Path(place))
        calls(data, Path(place))
        replies(data, Path(place))
        complaints(data, Path(place))
        airport(data, Path(place))
    print(f"\n{len(wrong)} figures are off." if wrong else "\nAll figures agree.")
    return 1 if wrong else 0


def run(home: Path, *words: str, fine: tuple[int, ...] = (0, 3)) -> Any:
    done = subprocess.run([str(BIHUAN), *words, "--home", str(home), "--json"], capture_output=True, text=True)
    if done.returncode not in fine:
        sys.exit(f"bihuan {' '.join(words)}: exit {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def load(home: Path, file: Path, table: str, preset: str, *, read: int) -> None:
    result = run(home, "import", str(file), "--table", table, "--preset", preset)
    expect(f"{file.name}: rows read", result["read"], read)
    kept = result["accepted"] + result["updated"] + result["unchanged"] + result["quarantined"]
    expect(f"{file.name}: rows accounted for", kept, read)
    again = run(home, "import", str(file), "--table", table, "--preset", preset)
    expect(f"{file.name}: a second import adds", again["accepted"] + again["updated"], 0)


def value(home: Path, indicator: str) -> dict[str, Any]:
    """The indicator over everything; a share comes back in percent, as the catalogue prints it."""
    found = run(home, "evaluate", "--indicators", indicator)[0]
    return found if found["unit"] != "%" or found["value"] is None else {**found, "value": found["value"] * 100}


def expect(what: str, found: float | None, expected: float, tolerance: float = 0.0) -> None:
    good = found is not None and abs(found - expected) <= tolerance
    print(f"{'ok ' if good else 'OFF'}  {what}: {found} (published {expected})")
    if not good:
        wrong.append(what)


def unknown(what: str, home: Path, *indicators: str) -> None:
    """The file carries no such information: no value, and no row behind it."""
    for found in run(home, "evaluate", "--indicators", ",".join(indicators), fine=(0, 1)):
        good = found["value"] is None and found["n"] == 0
        print(f"{'ok ' if good else 'OFF'}  {what}: {found['indicator']}: {found['value']} (the file does not say)")
        if not good:
            wrong.append(f"{what}: {found['indicator']}")


def listed(what: str, home: Path, indicator: str) -> None:
    """The rows of a rate have to give its number."""
    result = run(home, "evaluate", "--indicators", indicator)[0]
    behind = [row for row in run(home, "rows", "--indicator", indicator) if row["in_denominator"]]
    expect(f"{what}: rows behind {indicator}", len(behind), result["n"])
    expect(f"{what}: {indicator} of its rows", sum(row["in_numerator"] for row in behind) / len(behind),
           result["value"], 1e-12)


def incidents(data: Path, place: Path) -> None:
    home = place / "incidents"
    load(home, data / "events/servicenow_incidents_2016_03.csv.gz", "events", "servicenow_incidents", read=59_354)
    found = run(home, "process")
    expect("incidents: cases", found["cases"], 9_202)
    expect("incidents: events", found["events"], 59_354)
    expect("incidents: SLA met, %", value(home, "source_sla")["value"], 40.4, 0.05)
    hours = value(home, "resolution_cycle_median")["value"] / 3600
    expect("incidents: opened to resolved, median hours", hours, 70.4, 0.05)
    expect("incidents: opened to resolved, mean hours", value(home, "resolution_cycle")["value"] / 3600, 243.0, 0.05)
    expect("incidents: reopened, %", value(home, "reopen_rate")["value"], 1.45, 0.005)
    expect("incidents: neither reassigned nor reopened, %", value(home, "fcr_touch")["value"], 44.2, 0.05)
    unknown("incidents", home, "fcr_flag", "response_compliance", "overtime_rate", "first_response_ticket", "pickup",
            "answer_rate", "complaint_rate")
    listed("incidents", home, "resolution_compliance")
    listed("incidents", home, "fcr")


def resaved(data: Path, place: Path) -> None:
    """The copy that went through a spreadsheet has to give the numbers of the same rows of the original."""
    import csv
    import gzip

    cut = place / "first_rows.csv"
    with gzip.open(data / "events/servicenow_incidents_2016_03.csv.gz", "rt", encoding="utf-8", newline="") as source, \
            cut.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        for number, row in enumerate(csv.reader(source)):
            if number > 5_998:
                break
            writer.writerow(row)
    homes = (place / "original", place / "resaved")
    load(homes[0], cut, "events", "servicenow_incidents", read=5_998)
    load(homes[1], data / "events/servicenow_excel_resaved.csv.gz", "events", "servicenow_incidents", read=5_998)
    first, second = (run(home, "evaluate", "--by", "priority", "--period", "month") for home in homes)
    differing = sum(one["value"] != other["value"] for one, other in zip(first, second, strict=True))
    expect(f"resaved copy: of {len(first)} numbers, differing", differing, 0)
    expect("resaved copy: cases", run(homes[1], "process")["cases"], 890)


def help_desk(data: Path, place: Path) -> None:
    seen = []
    for name, preset in (("helpdesk_italy.csv.gz", "xes_csv"), ("helpdesk_italy.xes.gz", "xes")):
        home = place / preset
        load(home, data / "events" / name, "events", preset, read=21_348)
        found = run(home, "process", "--top", "5")
        seen.append(found)
        expect(f"{name}: cases", found["cases"], 4_580)
        expect(f"{name}: events", found["events"], 21_348)
        expect(f"{name}: activities", len(found["activities"]) if isinstance(found["activities"], list | dict)
               else found["activities"], 14)
        edges = {(edge["from"], edge["to"]): edge["count"] for edge in found["edges"]}
        for pair, count in {("Resolve ticket", "Closed"): 4558, ("Assign seriousness", "Take in charge ticket"): 4160,
                            ("Take in charge ticket", "Resolve ticket"): 3563, ("Take in charge ticket", "Wait"): 1265,
                            ("Wait", "Resolve ticket"): 773, ("Wait", "Take in charge ticket"): 558,
                            ("Assign seriousness", "Assign seriousness"): 439}.items():
            expect(f"{name}: {' > '.join(pair)}", edges.get(pair), count)
        for part, days, off in (("median_s", 39.86, 0.005), ("mean_s", 40.86, 0.005), ("p90_s", 53.0, 0.05)):
            expect(f"{name}: throughput, {part.removesuffix('_s')} days", found["throughput"][part] / 86400, days, off)
        counts = [variant["count"] for variant in found["variants"]]
        for place_, (count, published) in enumerate(zip(counts, (2366, 552, 228, 213, 164), strict=False), start=1):
            expect(f"{name}: variant {place_}", count, published)
    expect("help desk: XES and CSV give the same map", int(seen[0] == seen[1]), 1)


def calls(data: Path, place: Path) -> None:
    home = place / "calls"
    load(home, data / "calls/phonenow_calls_jan_feb.xlsx", "cases", "call_records", read=3_388)
    expect("calls: answered, %", value(home, "answer_rate")["value"], 81.3, 0.05)
    expect("calls: abandoned, %", value(home, "abandonment")["value"], 18.7, 0.05)
    expect("calls: resolved of all, %", value(home, "fcr_flag")["value"], 73.0, 0.05)
    expect("calls: mean speed of answer, s", value(home, "asa")["value"], 67.4, 0.05)
    expect("calls: mean rating", value(home, "csat_mean")["value"], 3.42, 0.005)
    unknown("calls", home, "closure_rate", "backlog_age", "resolution_cycle", "resolution_compliance", "reopen_rate",
            "handle_time", "asa_offered", "service_level_short", "transfer_rate")
    listed("calls", home, "service_level")
    listed("calls", home, "response_compliance")


def replies(data: Path, place: Path) -> None:
    home = place / "replies"
    load(home, data / "complaints/gov_replies_dev.xlsx", "cases", "gov_replies", read=1_957)
    expect("replies: median days", value(home, "reply_time_median")["value"] / 86400, 11.9, 0.05)
    expect("replies: mean days", value(home, "reply_time")["value"] / 86400, 21.0, 0.05)
    expect("replies: within 15 days, %", value(home, "reply_15d")["value"], 59.3, 0.05)
    expect("replies: within 30 days, %", value(home, "reply_30d")["value"], 82.5, 0.05)
    unknown("replies", home, "fcr", "fcr_flag", "closure_rate", "backlog_age", "resolution_cycle",
            "resolution_compliance", "reopen_rate", "complaint_escalation", "human_answer_rate", "complaint_rate")
    listed("replies", home, "reply_30d_all")


def complaints(data: Path, place: Path) -> None:
    home = place / "messages"
    load(home, data / "complaints/gov_messages_2019_01_07.xlsx", "cases", "gov_messages", read=2_526)
    months = run(home, "evaluate", "--indicators", "complaint_volume", "--period", "month", "--from", "2019-01-01")
    counts = {result["period"]: result["value"] for result in months}
    for month, published in enumerate((359, 256, 368, 397, 387, 338, 417), start=1):
        expect(f"messages: 2019-{month:02d}", counts.get(f"2019-{month:02d}"), published)
    unknown("messages", home, "response_24h", "response_compliance", "overtime_rate", "reply_15d_all", "closure_rate",
            "backlog_age")
    home = place / "cfpb"
    load(home, data / "complaints/cfpb_2013_2017.csv", "cases", "cfpb_complaints", read=3_186)
    expect("cfpb: timely, %", value(home, "source_sla")["value"], 97.1, 0.05)
    unknown("cfpb", home, "response_24h", "reply_30d_all", "resolution_compliance", "fcr_flag")
    home = place / "cars"
    load(home, data / "complaints/car_complaints.csv", "cases", "car_complaints", read=600)
    unknown("cars", home, "response_24h", "response_compliance", "closure_rate", "backlog_age")


def airport(data: Path, place: Path) -> None:
    """Three years of a survey whose columns drift: the published figures, and every mean and change by pandas."""
    from bihuan.engine.facts import store
    from bihuan.engine.home import open_home
    from bihuan.engine.survey.analyse import analyse
    from bihuan.engine.survey.design import design_of_mapping
    from bihuan.engine.survey.groups import select, trend
    from bihuan.engine.survey.reading import read_answers

    home, waves = place / "airport", []
    for year, rows, overall, share in (
            (2015, 2_958, 4.048, 80.0), (2016, 3_087, 4.038, 81.0), (2017, 2_831, 4.064, 82.1)):
        file = data / f"surveys/sfo_customer_survey_{year}.csv"
        load(home, file, "answers", f"sfo_survey_{year}", read=rows)
        with store.connect(open_home(home)) as con:
            responses, design = read_answers(
                con, design_of_mapping(open_home(home), f"sfo_survey_{year}"), survey=f"sfo_{year}")
        waves.append((str(year), select(responses, design).responses, design))
        found = analyse(responses, design)
        expect(f"airport {year}: overall mean", round(found["overall"]["value"], 3), overall)
        expect(f"airport {year}: two best, %", round(100 * found["top2"]["value"], 1), share)
        for name, expected in _by_pandas(file, design.dimensions).items():
            one = next(one for one in found["dimensions"] if one["name"] == name)
            expect(f"airport {year}: {name} by pandas", one["value"], expected, 1e-9)
    nps = found["nps"]
    expect("airport 2017: NPS", round(nps["value"], 1), 39.8)
    expect("airport 2017: NPS answers", nps["n"], 2_746)
    half = _half_of_nps(data / "surveys/sfo_customer_survey_2017.csv")
    expect("airport 2017: NPS interval, low", nps["low"], nps["value"] - half, 1e-6)
    expect("airport 2017: NPS interval, high", nps["high"], nps["value"] + half, 1e-6)
    for line in trend(waves):
        for point in line.points if line.items else ():
            file = data / f"surveys/sfo_customer_survey_{point.wave}.csv"
            expect(f"airport: trend of {line.name} {point.wave} by pandas", point.score.value if point.score else None,
                   _by_pandas(file, {line.name: line.items})[line.name], 1e-9)


def _half_of_nps(file: Path) -> float:
    """Half the 95 % interval by the multinomial variance p + d - (p - d)^2, from the raw column; 11 is blank."""
    import pandas

    answers = pandas.to_numeric(pandas.read_csv(file, dtype=str)["NETPRO"], errors="coerce")
    answers = answers[answers.between(0, 10)]
    good, bad = (answers >= 9).mean(), (answers <= 6).mean()
    return float(100 * 1.959964 * ((good + bad - (good - bad) ** 2) / len(answers)) ** 0.5)


def _by_pandas(file: Path, dimensions: Any) -> dict[str, float]:
    """Each person's mean over the answered items of a dimension, then the mean over persons, from the raw file."""
    import pandas

    frame = pandas.read_csv(file, dtype=str, encoding="utf-8")
    frame.columns = [column.strip() for column in frame.columns]
    means = {}
    for name, items in dimensions.items():
        numbers = frame[[item for item in items if item in frame]].apply(pandas.to_numeric, errors="coerce")
        means[name] = float(numbers.where(numbers.isin([1, 2, 3, 4, 5])).mean(axis=1).mean())
    return means


if __name__ == "__main__":
    raise SystemExit(main())
