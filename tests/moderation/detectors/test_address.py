import pytest

from moderation.detectors import DETECTORS, Context, Match
from moderation.text.normalised import Text

ADDRESSES = """
I live at 12 Mill Lane, Richmond.
12 Mill Lane
Unit 4, 27 Smith Street is mine.
4/12 Smith St, Carlton VIC 3053
Flat 3, 12A Baker Street
I live at 12 mill lane
My address is 123 Main St.
She lives in 221B Baker Street
Apt 5, 1200 W 42nd St
350 Fifth Avenue
12 Old Kent Road
My neighbour at 15 St Georges Terrace shouts
10 Downing Street
77 O'Connell Parade
45-47 Great North Road
1600 Pennsylvania Ave
come to 8 Te Atatu Road, Auckland
Ich wohne in der Musterstraße 12.
Musterstr. 12a
Berliner Straße 7, 10115 Berlin
Lindenallee 3
Am Alten Markt 5, 50667 Köln
Goetheplatz 1, 60313 Frankfurt
J'habite 12 rue de la Paix
128 bis, rue Victor Hugo
3025 Rosebank Road, Avondale
2019/5 Queen Street, Auckland
12 Martin Luther King Boulevard
88 Wellington St West
Our place at 17 Rangiora Avenue floods.
1/22 Beach Rd, Takapuna
I am at 1428 Elm St.
Flat 2B, 14 Castle Terrace, Edinburgh
PO Box 12, but I live at 9 Kelvin Gr
Unit 12/350 Collins St Melbourne
300 N Main St Apt 4
No. 7 Lower Baggot Street, Dublin 2
22 Old Mill Rd., Hamilton ON
Hausnummer: Lindenstraße 44b, 50674 Köln
Mariahilfer Straße 103, 1060 Wien
48 Chemin des Vignes
742 Evergreen Terrace
""".strip().splitlines()
# Routes, counts, years, speeds, parts of plans.
NO_ADDRESSES = """
The bus on High Street
The 12 bus on Mill Lane
bus 12 High Street
Route 15 Elm Street is late
In 2019 Mill Road was closed.
Since 2020 High Street has been quiet.
We need 20 High Street shops.
A 2 way street is better.
A 4 lane road
4 Lane Road is too wide
30 km road
It takes 5 Minute Drive
12 new road projects
On 5 June Street parties were held.
The 15 Elm Street stops are broken.
Section 12 Park Street is about trees.
My neighbour at number 12
I paid $12 Mill Lane
24 hour drive
At 10 The Street was quiet
a 20 mph street
a 20 MPH Street limit
Tempo 30 auf der Hauptstraße
in der Hauptstraße 30 km/h
Die Bundesstraße 12 ist laut.
Auf der Hauptstraße 30 Bäume pflanzen
Am Marktplatz 12 Bäume
50 people on Mill Lane
I live near 3 big roads and a street
Over 100 Oak Avenue residents signed
there are 2 schools on my street
my house is 2 blocks from the street
1 rue sur 2
I have lived here for 12 years on Mill Lane
Stage 2 Park Avenue works
Highway 12 North Road
I've lived 5 minutes off the road
Top 10 Great Road Trips
Line 3 Main Street is delayed
Between 9 and 5 Church Street is closed to cars.
We have 3 Park Lane proposals.
Option 2 King Street would be cheaper.
I counted 47 cars on Queen Street.
The 2024 High Street plan
Zone 30 in der Schulstraße 2025
Bus 66 Elm Avenue
a 6 lane road
A 3 Bedroom Close to town
""".strip().splitlines()


def found(detector, raw, context=None, **parameters):
    return [raw[m.start : m.end] for m in DETECTORS[detector].detect(Text(raw), context or Context(), **parameters)]


@pytest.mark.parametrize("raw", ADDRESSES)
def test_street_address_is_found(raw):
    assert len(found("street_address", raw)) == 1


@pytest.mark.parametrize("raw", NO_ADDRESSES)
def test_street_without_a_house_is_no_address(raw):
    assert found("street_address", raw) == []


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("I live at 4/12 Smith St, Carlton.", "4/12 Smith St"),
        ("Flat 3, 12A Baker Street is damp.", "Flat 3, 12A Baker Street"),
        ("Siehe Sandgasse 52 im Bezirk.", "Sandgasse 52"),
        ("Am Alten Markt 5, 50667 Köln", "Am Alten Markt 5, 50667 Köln"),
        ("12 rue de la Paix, au fond", "12 rue de la Paix"),
    ],
)
def test_street_address_is_marked_from_unit_to_street(raw, address):
    assert found("street_address", raw) == [address]


def test_street_address_of_a_home_needs_a_word_for_one():
    raw = "The hall at 45 Mill Road is cold, and so is the pool. My neighbour, the loud one, lives at 12 Elm Court."

    assert found("street_address", raw) == ["45 Mill Road", "12 Elm Court"]
    assert found("street_address", raw, homes=True) == ["12 Elm Court"]


@pytest.mark.parametrize(
    "raw",
    [
        "My address is 12 Elm Court.",
        "Our flat, 12 Elm Court, is damp.",
        "She lives with her two children at 12 Elm Court.",
        "12 Elm Court is my home.",
        "Everybody knows 12 Elm Court, where his mother lives.",
        "Go and visit him at 12 Elm Court.",
        "I moved to 12 Elm Court last year.",
        "The family at 12 Elm Court never sleeps.",
        "My manager lives at 12 Elm Court.",
    ],
)
def test_street_address_of_a_home_is_found(raw):
    assert found("street_address", raw, homes=True) == ["12 Elm Court"]


@pytest.mark.parametrize(
    "raw",
    [
        "Parliament House, 2 Parliament Drive, has no ramp.",
        "I live in Carlton; the site, 12 Elm Court, is empty.",
        "We want live music at 12 Elm Court.",
        "I object to the tower at 12 Elm Court.",
        "The house at 12 Elm Court is to be pulled down, says your plan.",
        "I live near the library, 12 Elm Court.",
        "My submission on 12 Elm Court is attached.",
        "Our club meets in the hall, 12 Elm Court.",
        "Residents want a crossing at 12 Elm Court.",
        "The school at 12 Elm Court is where our children learn.",
    ],
)
def test_street_address_of_a_public_place_is_no_home(raw):
    assert found("street_address", raw, homes=True) == []


def test_street_address_of_the_agency_is_no_finding():
    own = Context(own_contacts=("help@agency.example", "Town Hall, 1 Market Square, Exampleton"))

    assert found("street_address", "Write to 1 MARKET Square or 2 Market Square", own) == ["2 Market Square"]


def test_street_address_says_what_it_is():
    assert list(DETECTORS["street_address"].detect(Text("12 Mill Lane"), Context())) == [
        Match(0, 12, "Looks like a street address.")
    ]
