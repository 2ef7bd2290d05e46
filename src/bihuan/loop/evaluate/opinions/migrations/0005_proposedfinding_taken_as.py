from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('opinions', '0004_texts'),
    ]

    operations = [
        migrations.AddField(
            model_name='proposedfinding',
            name='taken_as',
            field=models.CharField(blank=True, max_length=200, verbose_name='立为的问题'),
        ),
    ]
