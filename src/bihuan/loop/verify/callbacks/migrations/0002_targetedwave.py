import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('callbacks', '0001_initial'),
        ('surveys', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TargetedWave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added', models.PositiveIntegerField(verbose_name='加入样本')),
                ('refused', models.PositiveIntegerField(verbose_name='未能加入')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='加入时间')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='加入人')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waves', to='callbacks.round')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='surveys.wave', verbose_name='调查期次')),
            ],
            options={
                'verbose_name': '定向问卷',
                'verbose_name_plural': '定向问卷',
                'ordering': ['at', 'pk'],
            },
        ),
    ]
