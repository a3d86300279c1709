import re

from django.db import migrations
from django.db.models import F

from consultations.languages import language_code


def to_codes(apps, schema_editor):
    """Turn names of languages that imports stored (“french”) into codes; the desk refused to filter by them."""
    submissions = apps.get_model('consultations', 'Submission').objects
    for said in submissions.exclude(language='').values_list('language', flat=True).distinct().order_by():
        if not re.fullmatch(r'[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*', said):
            submissions.filter(language=said).update(language=language_code(said), version=F('version') + 1)


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0013_not_public'),
    ]

    operations = [
        migrations.RunPython(to_codes, migrations.RunPython.noop, elidable=True),
    ]
