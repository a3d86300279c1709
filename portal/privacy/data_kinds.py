"""The kinds of personal data that a site holds: for what, on what ground, how long, and who sees them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class DataKind:
    """One kind of personal data; the words are for a privacy officer and for whoever asks."""

    key: str
    title: str | Promise
    purpose: str | Promise
    basis: str | Promise
    kept: str | Promise
    seen_by: str | Promise


PUBLIC_TASK = _("Public task: asking people what they think, and answering for it")
CONSENT = _("Consent: people give it if they want to, and may take it back")
RECORDS = _("Legal duty: public records")
SECURITY = _("Legitimate interest: keeping the site safe and fair")
AS_RECORD = _("As long as the consultation is on record, or as its terms say; blanked by an erasure")
OFFICERS = _("Moderators, policy officers within their scope, privacy officers")

TEXTS = DataKind(
    "texts",
    _("What people write"),
    _("To hear, publish and answer it"),
    PUBLIC_TASK,
    AS_RECORD,
    _("Everybody once it is public; before that and otherwise moderators, policy officers, privacy officers"),
)
DRAFTS = DataKind(
    "drafts",
    _("Answers that people save and have not sent"),
    _("To let them go on later"),
    CONSENT,
    _("Until they are sent or deleted, at the latest until the day that people were told"),
    _("Whoever has the private link, or signs in to the account it was saved with. Encrypted in the database"),
)
NAMES = DataKind(
    "names",
    _("Names that people choose to show"),
    _("To stand beside their text"),
    CONSENT,
    AS_RECORD,
    _("Everybody, beside a public text"),
)
ADDRESSES = DataKind(
    "addresses",
    _("E-mail addresses of people who take part"),
    _("To write to them what became of their text or report"),
    CONSENT,
    _("Until the time that people were told beside the form; the periods stand on the page “How long data is kept”"),
    _("Administrators while a letter waits; privacy officers who look a person up. Encrypted in the database"),
)
MARKS = DataKind(
    "marks",
    _("Marks by which the same person is known again"),
    _("To count one person once, and to let them change their text"),
    SECURITY,
    _("Until their purpose ends, then replaced by marks of nobody; see “How long data is kept”"),
    _("Nobody: keyed hashes, which cannot be turned back"),
)
CHOICES = DataKind(
    "choices",
    _("What people choose and support"),
    _("To count it"),
    PUBLIC_TASK,
    _("Figures for good; not tied to a person after an erasure"),
    _("Everybody as figures; officers answer by answer, without a name"),
)
FOLLOWS = DataKind(
    "follows",
    _("What people follow by e-mail"),
    _("To write to them when something happens"),
    CONSENT,
    _("Until they stop it; a week if nobody confirms it; of a consultation for a period of its own after the answer"),
    _("The follower; privacy officers who look a person up"),
)
STAFF_WORDS = DataKind(
    "staff_words",
    _("What staff write about texts and people"),
    _("To decide, to give reasons, and to work together"),
    RECORDS,
    _("As long as what it is about; blanked or covered by an erasure"),
    OFFICERS,
)
STAFF_ACTS = DataKind(
    "staff_acts",
    _("Who did what"),
    _("To answer for what was done"),
    RECORDS,
    _("As long as what was done; the account of staff is switched off, not deleted"),
    _("Colleagues, administrators, and the ledger’s readers"),
)
ACCOUNTS = DataKind(
    "accounts",
    _("Accounts"),
    _("To sign in, and to know who acts"),
    CONSENT,
    _("As long as the account; made nobody’s by an erasure"),
    _("The person, and administrators. The address is not encrypted: people are looked up by it to sign in"),
)
SIGNING_IN = DataKind(
    "signing_in",
    _("What signing in needs: passwords, sessions, second factors"),
    _("To let nobody else in"),
    SECURITY,
    _("Sessions for hours, the rest as long as the account"),
    _("Nobody: hashed or encrypted; a person sees their own sessions"),
)
MAIL = DataKind(
    "mail",
    _("Messages, and what servers answered"),
    _("To send each message once, and to see what was not sent"),
    CONSENT,
    _("The address until it is sent, the rest for a month"),
    _("Administrators"),
)
SEARCHES = DataKind(
    "searches",
    _("What officers look for and take away"),
    _("To work with many texts, and to answer for it"),
    PUBLIC_TASK,
    _("Until the officer deletes it; blanked when it is about somebody erased"),
    _("The officer, and who has the link"),
)
IMPORTS = DataKind(
    "imports",
    _("Files of texts that were collected elsewhere"),
    _("To take them in, and to say which rows could not be"),
    PUBLIC_TASK,
    _("The file until it is taken in, what was wrong with it for a month"),
    _("Administrators, on the command line"),
)
PAGES = DataKind(
    "pages",
    _("Pages, pictures and documents of the agency"),
    _("To ask people, and to tell them what was decided"),
    PUBLIC_TASK,
    _("As long as the page and its versions; passages about somebody erased are covered"),
    _("Everybody once they are published, before that editors"),
)

DATA_KINDS = {
    kind.key: kind
    for kind in (
        *(TEXTS, DRAFTS, NAMES, ADDRESSES, MARKS, CHOICES, FOLLOWS, STAFF_WORDS, STAFF_ACTS),
        *(ACCOUNTS, SIGNING_IN, MAIL, SEARCHES, IMPORTS, PAGES),
    )
}
