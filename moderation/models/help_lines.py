"""National crisis help lines, shown where the agency has set none of its own."""

HELP_LINES = {
    "AT": "Telefonseelsorge: 142",
    "AU": "Lifeline: 13 11 14",
    "BE": "Zelfmoordlijn: 1813",
    "CA": "Suicide Crisis Helpline: 988",
    "CH": "Die Dargebotene Hand, La Main Tendue, Telefono Amico: 143",
    "DE": "TelefonSeelsorge: 0800 111 0 111",
    "DK": "Livslinien: 70 201 201",
    "ES": "Línea de atención a la conducta suicida: 024",
    "FR": "Numéro national de prévention du suicide: 3114",
    "GB": "Samaritans: 116 123",
    "IE": "Samaritans: 116 123",
    "IN": "Tele-MANAS: 14416",
    "KR": "자살예방 상담전화: 109",
    "NL": "113 Zelfmoordpreventie: 0800 0113",
    "NO": "Mental Helse: 116 123",
    "NZ": "Need to talk? Call or text 1737",
    "PL": "Telefon zaufania: 116 123",
    "SE": "Mind Självmordslinjen: 90101",
    "SG": "Samaritans of Singapore: 1767",
    "US": "Suicide and Crisis Lifeline: 988",
}  # by country code
