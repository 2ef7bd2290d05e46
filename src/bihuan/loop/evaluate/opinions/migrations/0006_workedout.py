import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('opinions', '0005_proposedfinding_taken_as'),
    ]

    operations = [
        migrations.CreateModel(
            name='WorkedOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('analysis', '分析'), ('cross', '交叉分析')], max_length=10)),
                ('survey', models.CharField(db_index=True, max_length=200, verbose_name='调查')),
                ('key', models.CharField(db_index=True, max_length=64)),
                ('base', models.CharField(db_index=True, max_length=64)),
                ('address', models.TextField(blank=True)),
                ('content', models.BinaryField(default=bytes)),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='算好的时间')),
                ('job', models.UUIDField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='提出时间')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
            ],
            options={
                'verbose_name': '调查分析结果',
                'verbose_name_plural': '调查分析结果',
                'ordering': ['-pk'],
            },
        ),
    ]
