from django.db import migrations


def forget_reasons(apps, schema_editor):
    """Take out of shared reports why single customers were put onto a sample or taken off it."""
    reports = apps.get_model("opinions", "SharedReport").objects
    for row in reports.iterator():
        if (row.content.get("sample") or {}).get("changes"):
            row.content["sample"]["changes"] = []
            row.save(update_fields=["content"])


class Migration(migrations.Migration):

    dependencies = [
        ("opinions", "0007_themes_by_themselves"),
    ]

    operations = [
        migrations.RunPython(forget_reasons, migrations.RunPython.noop),
    ]
