"""What each kind of bad cell is called, in a sentence that says what to do (zh, en)."""

from __future__ import annotations

SAID: dict[str, tuple[str, str]] = {
    "bad_datetime": (
        "不是可识别的日期时间。写成 2024-02-29 13:05，或在映射中用 dates / formats 说明写法。",
        "not a date and time we can read. Write 2024-02-29 13:05, or state dates or formats in the mapping."),
    "bad_date": ("不是可识别的日期。写成 2024-02-29。", "not a date we can read. Write 2024-02-29."),
    "bad_time_of_day": ("不是可识别的时刻。写成 13:05。", "not a time of day we can read. Write 13:05."),
    "ambiguous_date": (
        "无法判断先日后月还是先月后日。请在映射中写 dates = [\"dmy\"] 或 [\"mdy\"]。",
        "day first or month first? State dates = [\"dmy\"] or [\"mdy\"] in the mapping."),
    "date_out_of_range": (
        "日期早于 1970 年（服务记录以外的日期：1900 年）或晚于 2200 年，多半是占位值或笔误。请改正或留空。",
        "the date lies before 1970 (of other things than service: 1900) or after 2200, most likely a placeholder or a "
        "slip. Correct it or leave it empty."),
    "date_in_future": (
        "这里记的是已经发生的事，时间却晚于导入之时，多半是占位值或笔误。请改正；还没发生的请留空，约定或到期的时间请对应到“承诺时间”。"
        "如果整列都这样，请核对服务器的时钟。",
        "this has happened, yet it lies after the import: most likely a placeholder or a slip. Correct it; leave empty "
        "what has not happened, and match a due date or an appointment to the promised time. If it is so of the whole "
        "column, check the server's clock."),
    "not_a_number": ("不是数字。只写数字，例如 12 或 3.5。", "not a number. Write digits only, such as 12 or 3.5."),
    "not_an_integer": ("不是整数。", "not a whole number."),
    "bad_duration": ("不是时长。写秒数，或 1:02:03。", "not a duration. Write seconds, or 1:02:03."),
    "not_yes_no": ("既不是“是”也不是“否”。写 是/否、Y/N 或 true/false。",
                   "neither yes nor no. Write Y/N, true/false or 是/否."),
    "digits_lost": (
        "长编号被电子表格改成了科学计数法，末位数字已丢失。请在原系统中以文本格式重新导出该列。",
        "a spreadsheet turned this long number into 1.2E+18 and its last digits are lost. Export the column as text."),
    "unknown_value": ("不是允许的值：{allowed}。请改正，或在“确认读法”中选它的含义（映射文件中是该列的 map）。",
                      "not one of: {allowed}. Correct it, or choose what it means where the readings are confirmed (in "
                      "a mapping file: the column's map)."),
    "unknown_code": (
        "题目没有这个选项，这一格按未答处理。可用：{allowed}。请改正，或在列对应中把它列为缺失编码。",
        "the question has no such code; the cell counts as not answered. Known: {allowed}. Correct it, or list it as "
        "missing where columns are matched."),
    "not_invited": (
        "链接参数对不上本期名单中的客户，这份答卷照常计入，但不归到任何客户。请核对参数，或先把客户加入名单。",
        "the link's parameter is nobody on this wave's list; the response counts but belongs to no customer. Check the "
        "parameter, or put the customer on the list first."),
    "bad_encoding": ("含有无法按文件编码读出的字符。请以 UTF-8 重新导出。",
                     "holds characters that the file's encoding does not have. Export it again as UTF-8."),
    "missing_required": ("此列不能为空：没有它这条记录无法计入指标。请补上。",
                         "this cell may not be empty: the record cannot be counted without it. Fill it in."),
    "total_row": ("这一行是合计，不是记录，没有导入。无需处理。",
                  "this line holds totals and is no record; it was not imported. Nothing to do."),
    "bad_json": ("这一行不是一个 JSON 对象。", "the line is not a JSON object."),
    "no_speaker": ("这一行没有写明是谁说的，上面也没有可以接续的话。",
                   "the line does not say who speaks, and follows nothing."),
    "broken_prefix": ("这一行不是完整的对话片段。检查是否被截断。",
                      "the line is not a whole piece of a dialogue; was it cut?"),
    "too_many_columns": ("这一行的列数多于表头。检查是否有未加引号的分隔符。",
                         "the row has more cells than the header. Look for a delimiter outside quotes."),
    "unclosed_quote": (
        "这一行有没闭合的引号，后面的行已另行读取。补上引号，或删去多余的引号。",
        "a quotation mark in this line is not closed; the lines after it were read on their own. Close or remove it."),
    "line_too_long": ("这一行超过 1600 万字，多半是文件损坏。请重新导出。",
                      "the line is longer than 16 million letters; the file is most likely damaged. Export it again."),
    "hidden_row": ("这一行在表格中是隐藏的，按您的选择没有导入。无需处理。",
                   "the row is hidden in the spreadsheet and was left out, as chosen. Nothing to do."),
    "formula_without_value": (
        "单元格是公式，但文件里没有保存计算结果。请在 Excel 中打开并保存，或粘贴为数值后重新导出。",
        "the cell is a formula without a stored result. Open and save the file in a spreadsheet, or paste values."),
    "formula_error": ("单元格是公式错误（如 #REF!、#DIV/0!）。请在表格中改正后重新导入。",
                      "the cell holds an error of a formula (#REF!, #DIV/0! ...). Correct it in the spreadsheet."),
    "percent_scale": (
        "没有百分号，无法判断 85 是 85% 还是 8500%。写上 %，或在映射中为该列写 scale = \"points\"。",
        "without its sign 85 could be 85 % or 8500 %. Write the sign, or state scale = \"points\" of the column."),
    "decimal_comma": (
        "无法判断逗号是小数点还是千位分隔符。请在映射中为该列写 decimal = \"comma\" 或改写为 1.5。",
        "is the comma a decimal sign? State decimal = \"comma\" of the column in the mapping, or write 1.5."),
    "too_few_columns": ("这一行的列数少于表头。检查是否被换行截断或引号没有闭合。",
                        "the row has fewer cells than the header. Look for a broken line or an unclosed quote."),
}
CODES = {"datetime": "bad_datetime", "date": "bad_datetime", "time": "bad_duration", "duration": "bad_duration",
         "number": "not_a_number", "percent": "not_a_number", "integer": "not_an_integer", "bool": "not_yes_no",
         "id": "digits_lost"}


def sentence(code: str, lang: str, *, allowed: tuple[str, ...] = ()) -> str:
    """The advice for a code; ``allowed`` fills in the values a field may have."""
    return SAID[code][0 if lang.startswith("zh") else 1].format(allowed=", ".join(allowed))
