"""Cells as people write them, in a table: what each parser makes of them."""

import duckdb
import pytest

from bihuan.engine.facts.mapping import Value
from bihuan.engine.facts.parsers import fixed_offset_us, sql_of, within_reason

ZONE = "Asia/Shanghai"
ENGINE = duckdb.connect()       # one for all: to start one takes longer than to read a cell


def parsed(parser, text, *, zone=ZONE, dates=(), **options):
    expression = sql_of(Value(parser=parser, **options), "t", zone=zone, dates=dates, again=True)
    if parser in ("datetime", "date"):
        told = f"strftime(make_timestamp(epoch_us({within_reason('m')})), '%Y-%m-%d %H:%M:%S')"
        expression = f"(SELECT {told} FROM (SELECT {expression} AS m))"
    ENGINE.execute(f"SET TimeZone = '{zone}'")
    return ENGINE.execute(f"SELECT {expression} FROM (SELECT ?::VARCHAR AS t)", [text]).fetchall()[0][0]


@pytest.mark.parametrize(("text", "utc"), [
    ("2016-02-29 01:16:00", "2016-02-28 17:16:00"),
    ("2016-02-29T01:16:00Z", "2016-02-29 01:16:00"),
    ("2016-02-29T01:16:00.123+0200", "2016-02-28 23:16:00"),
    ("2016-02-29T01:16+08", "2016-02-28 17:16:00"),
    ("2016/2/9 1:05", "2016-02-08 17:05:00"),
    ("2016-02-29", "2016-02-28 16:00:00"), ("2016-02-29 10", "2016-02-29 02:00:00"),
    ("2016-2-9 1:16+00:00", "2016-02-09 01:16:00"),
    ("20160229", "2016-02-28 16:00:00"),
    ("2019年4月25日 9:32", "2019-04-25 01:32:00"),
    ("2019年4月25日9时32分5秒", "2019-04-25 01:32:05"),
    ("05-Mar-2016 10:11:12", "2016-03-05 02:11:12"),
    ("2024年3月1号 下午3点05分", "2024-03-01 07:05:00"),
    ("2024/3/1 上午 9:05:07", "2024-03-01 01:05:07"),
    ("2024-03-01 12:30 AM", "2024-02-29 16:30:00"),
    ("2024年3月1日（周五）", "2024-02-29 16:00:00"), ("2024年3月1日 (周五) 15:05", "2024-03-01 07:05:00"),
    ("２０２４年３月１日 １５：０５", "2024-03-01 07:05:00"),
    ("2024.3.1 15:05", "2024-03-01 07:05:00"),
    ("2024-03-01 15:05 GMT+8", "2024-03-01 07:05:00"), ("2024年3月1日 15:05 UTC", "2024-03-01 15:05:00"),
    ("2024年3月1日 下午15:05", "2024-03-01 07:05:00"), ("2024年3月1日 中午12:10", "2024-03-01 04:10:00"),
    ("2024年3月1日 上午15:05", None), ("2024年13月1日 15:05", None),
    ("45352.628472222219", "2024-03-01 07:05:00"), ("45352", "2024-02-29 16:00:00"), ("99999", None),
    ("1709276700", "2024-03-01 07:05:00"), ("1709276700000", "2024-03-01 07:05:00"),
    ("202403011505", "2024-03-01 07:05:00"),
    ("2024-03-01 15:05:00 CST", "2024-03-01 07:05:00"), ("2024-03-01 15:05:00 EST", "2024-03-01 20:05:00"),
    ("Fri, 01 Mar 2024 15:05:00 +0800", "2024-03-01 07:05:00"), ("01-Mar-2024 15:05", "2024-03-01 07:05:00"),
    ("Fri Mar 01 2024 15:05:00 GMT+0800 (中国标准时间)", "2024-03-01 07:05:00"),
    ("March 1, 2024", "2024-02-29 16:00:00"),
    ("2024-03-01\u00a015:05", "2024-03-01 07:05:00"), ("2024/3/1 3:05\u202fPM", "2024-03-01 07:05:00"),
    ("民國113年3月1日 下午3:05", "2024-03-01 07:05:00"), ("2024-03-01 15:05:00,123", "2024-03-01 07:05:00"),
    ("2016-02-30 01:16:00", None), ("soon", None), ("epoch", None), ("infinity", None),
    ("9999-12-31 00:00:00", None), ("0001-01-01", None), ("5/3/2016", None), ("5/3/16", None),
    ("08-JUN-20 15:05", "2020-06-08 07:05:00"), ("1556091604000", "2019-04-24 07:40:04"),
])
def test_times(text, utc):
    assert parsed("datetime", text) == utc


@pytest.mark.parametrize(("order", "text", "utc"), [
    ("dmy", "29/2/2016 01:16", "2016-02-28 17:16:00"), ("dmy", "29-02-2016 01:16", "2016-02-28 17:16:00"),
    ("dmy", "5.3.2016", "2016-03-04 16:00:00"), ("dmy", "2016-03-05", "2016-03-04 16:00:00"),
    ("mdy", "7/29/2013", "2013-07-28 16:00:00"), ("mdy", "12/31/1999 09:30:00 AM", "1999-12-31 01:30:00"),
    ("dmy", "4/3/2024 下午5:06", "2024-03-04 09:06:00"), ("mdy", "3/4/2024 上午 09:06:07", "2024-03-04 01:06:07"),
    ("dmy", "12/31/1999", None), ("dmy", "5/3/16", "2016-03-04 16:00:00"),
    ("mdy", "7/29/13 9:30 PM", "2013-07-29 13:30:00"), ("ymd", "16-3-5 9:30", "2016-03-05 01:30:00"),
    ("dmy", "5.3.98", "1998-03-04 16:00:00"), ("mdy", "29/7/13", None),
])
def test_dates_with_the_day_or_the_month_first(order, text, utc):
    assert parsed("datetime", text, dates=(order,)) == utc


def test_a_format_of_the_mapping_goes_first():
    assert parsed("datetime", "5/3/16", formats=("%d/%m/%y",)) == "2016-03-04 16:00:00"


def test_summer_time_is_heeded_where_the_zone_has_it():
    """Berlin: UTC+1 in winter, UTC+2 from 2024-03-31 on (EU directive 2000/84/EC)."""
    assert parsed("datetime", "2024-03-30 12:00:00", zone="Europe/Berlin") == "2024-03-30 11:00:00"
    assert parsed("datetime", "2024-04-01 12:00:00", zone="Europe/Berlin") == "2024-04-01 10:00:00"


def test_summer_time_of_shanghai_before_1992_is_heeded():
    """China kept summer time from 1986 to 1991 (tz database, Asia/Shanghai)."""
    assert parsed("datetime", "1990-07-01 12:00:00") == "1990-07-01 03:00:00"


def test_only_zones_without_change_have_a_fixed_offset():
    assert fixed_offset_us("Asia/Shanghai") == 8 * 3_600_000_000
    assert fixed_offset_us("UTC") == 0
    assert fixed_offset_us("Europe/Berlin") is None


@pytest.mark.parametrize(("text", "id_"), [
    ("1234567890123456789", "1234567890123456789"), ("007", "007"), ("219E01BE", "219E01BE"), ("1E5", "1E5"),
    ('="0012"', "0012"), ("1.23457E+18", None), ("1.2345678901234568E+18", None),
])
def test_ids_keep_every_character_or_say_that_some_are_lost(text, id_):
    assert parsed("id", text) == id_


@pytest.mark.parametrize(("parser", "text", "value"), [
    ("number", "1,234.5", 1234.5), ("number", "-3", -3.0), ("number", "abc", None), ("number", "inf", None),
    ("integer", "3.0", 3), ("integer", "3.5", None), ("percent", "85%", 0.85), ("percent", "0.85", 0.85),
    ("duration", "0:02:23", 143.0), ("duration", "2:23", 143.0), ("duration", "25:00:00", 90000.0),
    ("duration", "109", 109.0), ("duration", "1小时2分3秒", 3723.0), ("duration", "a:b", None),
    ("number", "1,5", None), ("number", "1.234,56", None), ("number", "１，２３４．５", 1234.5),
    ("number", "¥1,234.50", 1234.5), ("number", "1.2万", 12000.0), ("number", "35元", 35.0), ("number", "(12)", -12.0),
    ("number", "3个人", None), ("integer", "１２", 12), ("percent", "８５％", 0.85), ("percent", "85 %", 0.85),
    ("percent", "0.5%", 0.005),
    ("duration", "1天2小时", 93600.0), ("duration", "1小时20分", 4800.0), ("duration", "1h20m", 4800.0),
    ("duration", "2 分 30 秒", 150.0), ("duration", "90秒", 90.0), ("duration", "1899-12-30 00:02:23", 143.0),
    ("duration", "1899-12-31 01:00:00", 90000.0), ("duration", "2小时30", None), ("duration", "1:02:03:04", None),
    ("duration", "0:75", None), ("duration", "２：２３", 143.0), ("number", "5分", 5.0), ("number", "4星", 4.0),
    ("duration", "小时", None), ("duration", "1.5小时", 5400.0),
    ("bool", "未解决", False), ("bool", "Y", True), ("bool", "否", False), ("bool", "TRUE", True),
    ("bool", "perhaps", None),
])
def test_numbers_durations_and_flags(parser, text, value):
    assert parsed(parser, text) == value


def test_a_duration_in_minutes():
    assert parsed("duration", "1.5", unit="m") == 90.0
