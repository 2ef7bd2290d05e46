from bihuan.engine.charts.planning import margin_curve


def test_the_curve_is_in_points_of_a_hundred_and_marks_what_was_chosen():
    option = margin_curve([(30, 0.179), (385, 0.05)], chosen=[(385, "计划 {385}")])
    (line,) = option["series"]
    assert line["data"] == [[30, 17.9], [385, 5.0]]
    (mark,) = line["markLine"]["data"]
    assert (mark["xAxis"], mark["label"]["formatter"]) == (385, "计划 ｛385｝")
    assert option["xAxis"]["max"] == 385 and option["yAxis"]["min"] == 0


def test_nothing_to_draw_is_no_error():
    assert margin_curve([])["series"][0]["data"] == []
