"""Benchmarks between companies: noised when given, refused when defined otherwise, placed with an interval."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core.rights import NotAllowed
from bihuan.engine.benchmarks.errors import BenchmarkError
from bihuan.engine.indicators.passports import definition_hash
from bihuan.loop.learn.benchmarks import services
from bihuan.loop.learn.benchmarks.errors import Refused
from bihuan.loop.learn.benchmarks.models import BenchmarkFile
from bihuan.loop.learn.benchmarks.queries import places, pools, raws, told

from .conftest import FCR, foreign

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text())


def at(name, *args):
    return reverse(f"benchmarks:{name}", args=args)


def made(cast, **changes):
    asked = {"industry": "retail", "period": "2025-Q2", "issuer": "甲", "epsilon": 1.0, "indicators": ["fcr_flag"],
             "actor": cast.director, "dice": np.random.default_rng(4)}
    return services.make_benchmark(**asked | changes)


def test_the_companys_numbers_are_counted_by_unit(cast):
    raw = raws(["fcr_flag"], "2025-Q2")[0]
    assert (raw.value, raw.n, sorted(raw.groups)) == (0.8, 600, [200, 200, 200])


def test_given_away_with_noise_and_never_noised_twice(cast):
    first = made(cast)
    cell = told(first).cells[0]
    assert abs(cell.numerator - 480) < 40 and abs(cell.n - 600) < 40 and cell.epsilon == 1.0
    again = made(cast, dice=np.random.default_rng(77), issuer="甲（第二次）")
    assert told(again).cells == told(first).cells
    assert "n1" not in first.content and "groups" not in first.content
    with pytest.raises(Refused, match="已经结束的季度"):
        made(cast, period="2025-Q3")
    with pytest.raises(BenchmarkError, match="no_data"):
        made(cast, period="2024-Q1")
    with pytest.raises(Refused, match="不删除"):
        services.remove_benchmark(file=first, actor=cast.director)
    with pytest.raises(NotAllowed):
        made(cast, actor=cast.manager)


def test_another_definition_is_refused_by_name(cast):
    changed = replace(FCR, minimum_n=FCR.minimum_n + 1)
    changed = replace(changed, definition_hash=definition_hash(changed))
    with pytest.raises(BenchmarkError, match="一次性解决率（坐席标记）（样本下限）"):
        services.take_benchmark(name="b.json", raw=foreign(passport=changed), actor=cast.director)
    assert not BenchmarkFile.objects.exists()


def test_ones_place_is_that_of_what_one_sees(cast):
    file = services.take_benchmark(name="b.json", raw=foreign(0.5), actor=cast.director)
    line = places(cast.director, [file])[0].lines[0]
    # statsmodels.stats.proportion.proportion_confint(480, 600, method="wilson")
    assert (line.word, line.own, line.own_interval, line.own_n) == ("better", "80.0%", "76.6% – 83.0%", 600)
    line = places(cast.leader, [file])[0].lines[0]
    assert line.own_n == 200
    near = services.take_benchmark(name="c.json", raw=foreign(0.79, issuer="丙"), actor=cast.director)
    assert places(cast.leader, [near])[0].lines[0].word == "cannot_tell"
    with pytest.raises(Refused, match="已经在这里"):
        services.take_benchmark(name="b.json", raw=foreign(0.5), actor=cast.director)


def test_three_companies_of_an_industry_make_a_place_among_them(client, cast):
    """Own 80 % of 600 beside 50, 70 and 79 %: surely ahead of two, not to be told apart from the third."""
    for issuer, share in (("乙", 0.5), ("丙", 0.7)):
        services.take_benchmark(name="b.json", raw=foreign(share, issuer=issuer), actor=cast.director)
    assert pools(cast.director) == []
    services.take_benchmark(name="b.json", raw=foreign(0.79, issuer="丁"), actor=cast.director)
    services.take_benchmark(name="b.json", raw=foreign(0.51, issuer="乙"), actor=cast.director)
    found = pools(cast.director)[0]
    assert found.names == ["丁", "丙", "乙"] and [one.own for one in found.lines] == ["80.0%"]
    assert found.lines[0].rank == "第 1–2 名之间，共 4 家"
    client.force_login(cast.director)
    page = client.get(at("benchmark_list")).content.decode()
    assert "3 家同行" in page and "第 1–2 名之间" in page
    client.force_login(cast.leader)
    assert "n = 200" in client.get(at("benchmark_list")).content.decode()


def test_pages_from_export_to_place(client, cast):
    client.force_login(cast.director)
    asked = {"industry": "retail", "period": "2025-Q2", "issuer": "甲", "epsilon": "1", "indicators": ["fcr_flag"]}
    assert "隐私预算" in client.get(at("benchmark_make")).content.decode()
    assert client.post(at("benchmark_make"), asked | {"epsilon": "50"}).status_code == 422
    nothing = client.post(at("benchmark_make"), asked | {"period": "2024-Q4"})
    assert nothing.status_code == 422 and "没有可以导出的指标" in nothing.content.decode()
    page = client.get(client.post(at("benchmark_make"), asked)["Location"]).content.decode()
    assert FCR.definition_hash in page and "移走" not in page
    own = BenchmarkFile.objects.get()
    assert client.get(at("benchmark_file", own.pk)).content.decode() == own.content
    changed = replace(FCR, minimum_n=FCR.minimum_n + 1)
    bad = foreign(passport=replace(changed, definition_hash=definition_hash(changed)))
    refused = client.post(at("benchmark_take"), {"file": SimpleUploadedFile("b.json", bad)})
    assert refused.status_code == 422 and "一次性解决率（坐席标记）（样本下限）" in refused.content.decode()
    taken = client.post(at("benchmark_take"), {"file": SimpleUploadedFile("b.json", foreign())})
    page = client.get(taken["Location"]).content.decode()
    assert "优于基准" in page and "个百分点" in page
    rows = f"{reverse('indicators:rows', args=['fcr_flag'])}?period=custom&amp;from=2025-04-01&amp;to=2025-06-30"
    assert rows in page and client.get(rows.replace("&amp;", "&")).status_code == 200
    assert "乙公司" in client.get(at("benchmark_list")).content.decode()
    pk = BenchmarkFile.objects.get(kind="taken").pk
    client.force_login(cast.leader)
    page = client.get(at("benchmark_list")).content.decode()
    assert "乙公司" in page and "导出基准文件" not in page and at("benchmark", own.pk) not in page
    client.force_login(cast.director)
    assert client.post(at("benchmark_remove", pk)).status_code == 302
    assert not BenchmarkFile.objects.filter(kind="taken").exists()


def test_outsiders_find_nothing(client, cast):
    own = made(cast)
    foreign_file = services.take_benchmark(name="b.json", raw=foreign(), actor=cast.director)
    for person in (cast.nobody, cast.agent):
        client.force_login(person)
        for address in (at("benchmark_list"), at("benchmark", foreign_file.pk), at("benchmark_make"),
                        at("benchmark_take"), at("benchmark_file", foreign_file.pk)):
            assert client.get(address).status_code == 404, address
    for person in (cast.outsider, cast.manager):
        client.force_login(person)
        for address in (at("benchmark", own.pk), at("benchmark_file", own.pk), at("benchmark_make")):
            assert client.get(address).status_code == 404, address
        for address in (at("benchmark_remove", foreign_file.pk), at("benchmark_make"), at("benchmark_take")):
            assert client.post(address).status_code == 404, address


def test_the_list_takes_as_many_statements_as_agreed(client, cast):
    made(cast)
    services.take_benchmark(name="b.json", raw=foreign(), actor=cast.director)
    client.force_login(cast.director)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(at("benchmark_list")).status_code == 200
    assert len(statements) == COUNTS["benchmark_list"]
