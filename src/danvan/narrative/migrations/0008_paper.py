import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('narrative', '0007_manuscript_rights'),
        ('units', '0004_reach'),
    ]

    operations = [
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='Code of narrative.letters.', max_length=20)),
                ('office', models.CharField(help_text='Who writes: party, government, front.', max_length=12)),
                ('family', models.UUIDField(default=uuid.uuid4, help_text='The same for all versions.')),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('draft', 'bản nháp'), ('finished', 'đã ban hành')], default='draft', max_length=8)),
                ('period', models.CharField(blank=True, help_text="Whose figures it says; '': none.", max_length=20)),
                ('title', models.CharField(blank=True, help_text='What it is about.', max_length=300)),
                ('content', models.JSONField(default=dict, help_text='{values, topics, bases, issuer} as entered.')),
                ('number', models.PositiveIntegerField(null=True)),
                ('series', models.CharField(blank=True, help_text="The run that the number belongs to: 'TB/2026'.", max_length=40)),
                ('date', models.DateField(null=True)),
                ('written', models.JSONField(help_text='As laid down when it was finished (writing.stored).', null=True)),
                ('until', models.DateField(help_text='Individuals are named; after this day it is erased.', null=True)),
                ('erased_at', models.DateTimeField(null=True)),
                ('illustration', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('made_by', models.CharField(max_length=300)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('changed_by', models.CharField(max_length=300)),
                ('finished_at', models.DateTimeField(null=True)),
                ('finished_by', models.CharField(blank=True, max_length=300)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['unit', '-id'], name='paper_by_unit')],
                'constraints': [models.UniqueConstraint(fields=('family', 'version'), name='one_version_a_number'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('family',), name='one_draft_a_paper'), models.UniqueConstraint(condition=models.Q(('number__isnull', False)), fields=('unit', 'series', 'number', 'version'), name='one_paper_a_number'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('number__isnull', True), ('state', 'draft'), ('written__isnull', True)), models.Q(('date__isnull', False), ('finished_at__isnull', False), ('state', 'finished'), ('written__isnull', False)), models.Q(('date__isnull', False), ('erased_at__isnull', False), ('finished_at__isnull', False), ('state', 'finished')), _connector='OR'), name='a_finished_paper_is_laid_down'), models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), models.Q(('content', {}), ('written__isnull', True)), _connector='OR'), name='of_an_erased_paper_nothing_is_left')],
            },
        ),
    ]
