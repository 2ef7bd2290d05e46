"""Why something in 表1 is not taken: sentences in Chinese and English, by code, that say where and what to do."""

from __future__ import annotations

# About what people write in a line.
MARKS = {
    "score_range": ("评分应在 1 到 5 之间，可用半分，例如 4.5。", "Scores run from 1 to 5 by halves, such as 4.5."),
    "scene_missing": (
        "评分在 2 分及以下，请写客户原话或场景，例如“客户说：等了 20 分钟没人接”。",
        "A score of 2 or less needs the customer's words or the scene, such as “waited 20 minutes, nobody answered”."),
    "scene_vague": (
        "“{text}”过于笼统，请写清何时、何事、客户原话，例如“3 月 5 日两次来电，客户说：等了 20 分钟没人接”。",
        "“{text}” is too vague. Say when, what happened, and the customer's words, such as “rang twice on 5 March: "
        "'I waited 20 minutes'”."),
    "due_unreadable": ("完成时限请写日期，例如 2026-03-31。", "Write the deadline as a date, such as 2026-03-31."),
    "too_long": ("内容超过 {n} 字，请精简。", "The text is longer than {n} characters; shorten it."),
    "owner_missing": ("写了改进措施，请同时写责任部门/人。", "A measure needs an owner."),
}
# About a file that is read back.
FILES = {
    "not_excel": ("读不了这个文件：请上传从本页下载的 Excel（.xlsx）。",
                  "This file cannot be read: upload the Excel file (.xlsx) that was downloaded from this page."),
    "other_table": ("这个文件不是这张评价表的：请用从本页下载的文件。",
                    "This file is of another table: use the one downloaded from this page."),
    "stale_file": ("下载之后，系统里的客户或评分变了。请重新下载，把修改填入新文件再上传。",
                   "Customers or scores have changed since this file was downloaded. Download it again and write the "
                   "changes into the new file."),
    "locked_changed": ("第 {row} 行 {column} 列由系统计算或印制，不能改动。应为“{was}”，现为“{now}”。请恢复后再上传。",
                       "Row {row}, column {column} is computed or printed and may not be changed. It should read "
                       "“{was}” and reads “{now}”. Restore it and upload again."),
    "veiled_changed": ("第 {row} 行 {column} 列含个人信息，导出时已遮蔽，不能在表中修改。请恢复后在页面上修改。",
                       "Row {row}, column {column} holds personal data that were veiled on export. Restore it and make "
                       "the change on the page."),
    "score_unreadable": ("第 {row} 行 {column} 列的“{now}”不是评分：请填 1 到 5，可用半分。",
                         "Row {row}, column {column}: “{now}” is no score. Write 1 to 5 by halves."),
    "due_unreadable": ("第 {row} 行 {column} 列的“{now}”不是日期：请填如 2026-03-31。",
                       "Row {row}, column {column}: “{now}” is no date. Write one such as 2026-03-31."),
    "row_wrong": ("第 {row} 行 {column} 列：{reason}", "Row {row}, column {column}: {reason}"),
}
