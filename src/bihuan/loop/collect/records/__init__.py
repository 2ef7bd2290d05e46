"""The import room: files of records come in, are checked against a mapping, enter the lake, and can be taken out."""
