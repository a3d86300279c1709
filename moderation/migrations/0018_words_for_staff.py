"""Part what staff are advised from what authors read, in rules and in what was found so far."""

import wagtail.fields
from django.db import migrations, models


CRISIS_ADVICE = 'The author may be thinking of hurting himself or herself. Read this one first, and with care.'
CRISIS_WORDS = 'It sounds as if things are very hard for you right now.'


def part_advice(apps, schema_editor):
    """Turn what rules and the list of cries for help said so far into advice; their authors read a sentence of their own.

    What a rule says was written for both. Nobody knows whether it is fit for the author, so he reads the rule's title.
    """
    findings = apps.get_model('moderation', 'Finding').objects
    findings.filter(detector='crisis_help', explanation=CRISIS_ADVICE).update(
        advice=CRISIS_ADVICE, explanation=CRISIS_WORDS
    )
    for version in apps.get_model('moderation', 'PolicyVersion').objects.order_by('number'):
        for rule in version.document['rules']:
            if said := rule.get('explain', '')[:300]:
                of_rule = findings.filter(screening__version=version, rule=rule['key'], explanation=said)
                of_rule.update(advice=said, explanation=f"{rule['title'].rstrip('.')}."[:300])


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0017_casework'),
    ]

    operations = [
        migrations.AddField(
            model_name='finding',
            name='advice',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AlterField(
            model_name='moderationsettings',
            name='help_line',
            field=models.TextField(blank=True, help_text='Shown to who writes about harming themselves: names and numbers, one a line. Empty: the national line of the country whose holidays you have chosen.', verbose_name='help lines'),
        ),
        migrations.AlterField(
            model_name='policydraft',
            name='rules',
            field=wagtail.fields.StreamField([('rule', 14)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'help_text': 'Everybody reads it.', 'label': 'Title'}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': 'Findings name it.', 'label': 'Key', 'max_length': 80}), 2: ('wagtail.blocks.CharBlock', (), {'help_text': 'The key of its clause.', 'label': 'Clause', 'max_length': 80}), 3: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('off', 'Off: it does nothing'), ('shadow', 'Shadow: it only counts, and changes nothing'), ('suggest', 'Suggest: the text appears, with a note to the moderators'), ('hold', 'Hold: a person reads the text before it appears')], 'label': 'How far it may go'}), 4: ('moderation.policy.blocks.ConditionBlock', (), {'label': 'When', 'rows': 2}), 5: ('moderation.policy.blocks.ExactTextBlock', (), {'help_text': 'Empty: everywhere and always. Otherwise consultations, channels, languages, since, until, crisis_level.', 'label': 'Where and since when', 'required': False, 'rows': 1}), 6: ('moderation.policy.blocks.ExactTextBlock', (), {'label': 'Example', 'rows': 1}), 7: ('wagtail.blocks.ListBlock', (6,), {'default': [], 'label': 'It must see these', 'required': False}), 8: ('wagtail.blocks.ListBlock', (6,), {'default': [], 'label': 'It must pass these by', 'required': False}), 9: ('moderation.policy.blocks.ExactTextBlock', (), {'help_text': 'What is known of the text when its examples are tried, such as: language = "de"', 'label': 'Given', 'required': False, 'rows': 1}), 10: ('moderation.policy.blocks.ExactTextBlock', (), {'help_text': "In the place of the detector's own sentence. The author never reads it.", 'label': 'What staff read', 'required': False, 'rows': 1}), 11: ('moderation.policy.blocks.ExactTextBlock', (), {'help_text': "In the place of the detector's own sentence.", 'label': 'What the author reads', 'required': False, 'rows': 1}), 12: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who answers for it.', 'label': 'Owner', 'required': False}), 13: ('wagtail.blocks.DateBlock', (), {'help_text': 'After this day it only counts.', 'label': 'Look at it again by', 'required': False}), 14: ('wagtail.blocks.StructBlock', [[('title', 0), ('key', 1), ('clause', 2), ('mode', 3), ('when', 4), ('scope', 5), ('matches', 7), ('ignores', 8), ('given', 9), ('explain', 10), ('tell_author', 11), ('owner', 12), ('review_by', 13)]], {})}, verbose_name='rules'),
        ),
        migrations.RunPython(part_advice, migrations.RunPython.noop),
    ]
